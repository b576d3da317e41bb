// The store contract on Google's Firestore emulator, through the production client.
import { randomUUID } from 'node:crypto'
import { firestoreStore } from '../../shared/clients/firestore-store.ts'
import { withEmulator } from './emulator-for-tests.ts'
import { storeContract } from './store-contract.ts'

await withEmulator('firestore', (start) => {
  storeContract('Firestore emulator', async () => {
    const emulator = await start()
    const { host, clock } = emulator
    const projectId = `demo-${randomUUID().slice(0, 13)}`
    const store = firestoreStore({ projectId, clock, emulatorHost: host })
    return {
      store,
      // A commit that lands while a snapshot begins may be seen by its later reads only: 6 of 1,740 pairs here, by one
      // commit each. Firestore itself promises one moment. Every write states the version that it read, so a torn look
      // costs another look.
      tornBy: 1,
      async close() {
        await store.close()
        await emulator.stop()
      },
    }
  })
})
