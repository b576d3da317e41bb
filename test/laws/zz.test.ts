import { it } from 'vitest'
import { faults, type Faults } from '../faults.ts'
import { startLoop, WORKSPACE } from '../loop/fixture.ts'
import * as W from '../loop/whole.ts'
it('dbg', async () => {
  let f!: Faults
  const loop = await startLoop({ wrapWorld: (w) => (f = faults(w.clock)).wrap(w) })
  f.record()
  let struck=false
  f.at({port:'network',method:'insert',nth:2},'before',()=>(struck=true))
  await W.askForWorkspace(loop)
  await loop.clock.until('s',()=>struck,1e6)
  await W.end(loop, WORKSPACE)
  await loop.clock.advance(2*W.LONG)
  console.log(JSON.stringify(await loop.entity(WORKSPACE)), loop.clock.now())
  for (const d of loop.stack.store.dump()) if (/ledger|runs/.test(d.path)) { const x:any={...d.data}; delete x.input; delete x.plan; console.log(d.path, JSON.stringify(x)) }
  console.log(W.inCloud(loop)); console.log(loop.logged)
})
