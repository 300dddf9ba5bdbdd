import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createGzip } from 'node:zlib'
import type { Prepared } from '#bff/http/serve.ts'
import type { ObjectKind } from '#bff/sources/kubernetes-objects.ts'
import { type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import type { Milliseconds } from '#shared/units.ts'
import type { Deps } from './deps.ts'
import { namespaceKind, podKind, settingsKind, watchedKinds } from './kinds.ts'
import type { Changed } from './ledger.ts'
import type { Mirror } from './mirror.ts'
import { inSlices } from './slices.ts'
import { isVisible, type Visibility, visibilityText, worldVisibility } from './visible.ts'
import { settingsFor, trimmed } from './world-view.ts'

/** What a user may see is put together anew this often. */
const visibilityKept: Milliseconds = 5000
/** Whole worlds that are kept for the next who sees the same. */
const mostKept = 4

/** Reads the world as a caller: from the mirror, as far as they may list it; the difference where they have most of it. */
export function worldReader(
  deps: Pick<Deps, 'mirror' | 'rights' | 'now'>,
): (since: string | undefined, user: string) => Promise<Prepared> {
  const { mirror, rights, now } = deps
  const seen = new Map<string, { at: number; visibility: Visibility }>()
  const kept = new Map<string, Promise<Buffer>>()

  async function visibilityFor(user: string): Promise<Visibility> {
    const known = seen.get(user)
    if (known && now() - known.at < visibilityKept) return known.visibility
    const namespaces = [...mirror.ledger.of(namespaceKind).values()].map(({ metadata }) => metadata.name)
    const visibility = await worldVisibility(rights, user, namespaces)
    seen.set(user, { at: now(), visibility })
    return visibility
  }

  return async (since, user) => {
    mirror.check()
    await mirror.ready
    const visibility = await visibilityFor(user)
    const settings = settingsFor(mirror.settings(), sees(visibility, settingsKind, settingsKind.namespace ?? ''))
    const { ledger } = mirror
    const frame = { unseen: unseenOf(mirror, visibility), settings }
    // Of another run, or seen with other eyes, nothing that was told before holds.
    const view = `${ledger.run}.${mark(visibilityText(visibility) + JSON.stringify(frame))}`
    const version = `${view}.${ledger.revision()}`
    const write = (isWhole: boolean, objects: Iterable<MeshObject>, removed: readonly ObjectRef[]) =>
      gzipped(written({ version, isWhole, ...frame, removed }, objects, visibility))
    const missed = since?.startsWith(`${view}.`) ? ledger.since(Number(since.slice(view.length + 1))) : null
    if (missed)
      return {
        tag: version,
        body: () =>
          write(
            false,
            missed.flatMap(({ object }) => object ?? []),
            removedOf(missed, visibility),
          ),
      }
    return {
      tag: version,
      body() {
        const known = kept.get(version)
        if (known) return known
        const body = write(true, everything(mirror), [])
        kept.set(version, body)
        body.catch(() => kept.delete(version))
        const [oldest] = kept.keys()
        if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
        return body
      },
    }
  }
}

/** All of it as it is now: what changes while it is written down is told to who asks the next time. */
const everything = (mirror: Pick<Mirror, 'ledger'>): readonly MeshObject[] =>
  watchedKinds.flatMap(kind => [...mirror.ledger.of(kind).values()])

const sees = (visibility: Visibility, { group, kind }: ObjectKind, namespace: string): boolean =>
  isVisible(visibility, { group, kind, namespace })

/** A Namespace is told to who may list what runs in it, as everywhere in the console: without it nothing there can be judged. */
const shows = (visibility: Visibility, ref: ObjectRef): boolean =>
  isVisible(visibility, ref) || (ref.group === '' && ref.kind === 'Namespace' && sees(visibility, podKind, ref.name))

const removedOf = (changed: readonly Changed[], visibility: Visibility): ObjectRef[] =>
  changed.flatMap(({ ref, object }) => (object === null && shows(visibility, ref) ? [ref] : []))

function unseenOf(mirror: Pick<Mirror, 'kinds'>, visibility: Visibility): { kind: string; except: string[] }[] {
  return mirror.kinds().flatMap(({ group, kind, state }) => {
    const key = `${group}/${kind}`
    // Of a kind that is not served there is none.
    if (state === 'missing') return []
    if (state !== 'ok') return [{ kind: key, except: [] }]
    const places = visibility.get(key)
    return places === 'everywhere' ? [] : [{ kind: key, except: [...(places ?? [])].sort() }]
  })
}

/** One JSON text, piece by piece. */
function* written(
  frame: Record<string, unknown>,
  objects: Iterable<MeshObject>,
  visibility: Visibility,
): Generator<string, void, void> {
  yield `${JSON.stringify(frame).slice(0, -1)},"objects":[`
  let isFirst = true
  for (const object of objects) {
    if (!shows(visibility, refOf(object))) continue
    yield `${isFirst ? '' : ','}${JSON.stringify(trimmed(object))}`
    isFirst = false
  }
  yield ']}'
}

const pieceSize = 64 * 1024

async function gzipped(pieces: Generator<string, void, void>): Promise<Buffer> {
  const zip = createGzip({ level: 3 })
  const out: Buffer[] = []
  zip.on('data', (piece: Buffer) => out.push(piece))
  const ended = once(zip, 'end')
  function* fill(): Generator<void, void, void> {
    let text = ''
    for (const piece of pieces) {
      text += piece
      if (text.length > pieceSize) {
        zip.write(text)
        text = ''
      }
      yield
    }
    zip.end(text)
  }
  await inSlices(fill())
  await ended
  return Buffer.concat(out)
}

const mark = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
