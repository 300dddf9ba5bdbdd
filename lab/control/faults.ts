import { FaultError, type Faults } from '#lab/faults/faults.ts'
import { bad, type ControlRoute, ok, type Reply } from './server.ts'

/** `GET /lab/faults` lists, `POST` starts one, `DELETE` stops it. */
export const faultRoute = (faults: Faults): ControlRoute => ({
  path: '/lab/faults',
  usage: 'GET, POST {"name": …, "target"?: …, "seconds"?: …}, DELETE {"which": id or name}',
  get: () => ok({ kinds: faults.kinds(), running: faults.running() }),
  post(body) {
    const [name, target, seconds] = [body?.['name'], body?.['target'], body?.['seconds']]
    if (typeof name !== 'string') return bad('Send {"name": the fault to start}.')
    if (target !== undefined && typeof target !== 'string') return bad('"target" is a text.')
    if (seconds !== undefined && !(typeof seconds === 'number' && seconds > 0 && seconds <= 86_400))
      return bad('"seconds" is a number up to 86400.')
    return attempt(() =>
      faults.start(name, {
        ...(target === undefined ? {} : { target }),
        ...(seconds === undefined ? {} : { seconds }),
      }),
    )
  },
  delete(body) {
    const which = body?.['which']
    if (typeof which !== 'string' && typeof which !== 'number') return bad('Send {"which": the id or name of a fault}.')
    return attempt(() => faults.stop(String(which)))
  },
})

function attempt(act: () => unknown): Reply {
  try {
    return ok(act())
  } catch (error) {
    if (error instanceof FaultError) return bad(error.message, 409)
    throw error
  }
}
