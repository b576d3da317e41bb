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
      async close() {
        await store.close()
        await emulator.stop()
      },
    }
  })
})
