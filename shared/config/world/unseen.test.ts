import { describe, expect, it } from 'vitest'
import { callablesByHost } from './hosts.ts'
import { podsByLabel } from './labels.ts'
import { settingsFrom } from './settings.ts'
import { unseenBy } from './unseen.ts'
import { createWorld, type World } from './world.ts'

const indexes = [podsByLabel, callablesByHost]
const unseen = unseenBy(
  [
    { kind: '/Pod', except: ['shop'] },
    { kind: '/Secret', except: [] },
    { kind: 'networking.istio.io/ServiceEntry', except: ['shop'] },
  ],
  indexes,
)
const isUnseen = (ask: (world: World) => unknown): boolean => {
  const { world, recorded } = createWorld(settingsFrom({}), indexes)
  return [...recorded(() => ask(world)).asked].some(unseen)
}

describe('a question about what may not be seen', () => {
  it.each<[string, (world: World) => unknown, boolean]>([
    ['pods of a namespace that is seen', world => world.list('/Pod', 'shop'), false],
    ['pods of another', world => world.list('/Pod', 'pay'), true],
    ['all pods', world => world.list('/Pod'), true],
    ['pods by a label there', world => world.find(podsByLabel, 'shop|app=web'), false],
    ['pods by a label elsewhere', world => world.find(podsByLabel, 'pay|app=web'), true],
    ['pods by a label anywhere', world => world.find(podsByLabel, '*|app=web'), true],
    ['who has a host: an entry of any namespace might', world => world.find(callablesByHost, 'a.example'), true],
    ['a secret', world => world.get('/Secret', 'shop', 'x'), true],
    ['whether there is any', world => world.has('/Secret'), true],
    ['a kind that is seen everywhere', world => world.list('networking.istio.io/Gateway'), false],
    ['one object of it', world => world.get('networking.istio.io/Gateway', 'pay', 'x'), false],
  ])('%s', (_, ask, expected) => expect(isUnseen(ask)).toBe(expected))
})
