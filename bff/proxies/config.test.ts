import { describe, expect, it } from 'vitest'
import { ApiError } from '#bff/sources/kubernetes-api.ts'
import { SourceError } from '#bff/sources/source.ts'
import { HttpProblem } from '#bff/http/problem.ts'
import { readConfig } from './config.ts'

type Answer = Error | string

/** An API server that answers each address that is asked. */
function asked(answers: Record<string, Answer>) {
  const paths: string[] = []
  const client = {
    user: 'somebody',
    url: 'https://api',
    ask: () => Promise.reject(new Error('Not asked.')),
    stream: async (path: string) => {
      paths.push(path)
      const answer = Object.entries(answers).find(([part]) => path.includes(part))?.[1] ?? new ApiError(404, 'nothing')
      if (answer instanceof Error) throw answer
      return (async function* () {
        yield Buffer.from(answer)
      })()
    },
  }
  const istiods = ['a', 'b'].map(name => ({ namespace: 'istio-system', place: `pods/istiod-${name}:15014` }))
  const read = () =>
    readConfig({ client, namespace: 'shop', pod: 'web-0', istiods, now: () => 1 }, new AbortController().signal)
  return { paths, read }
}

const cluster = { cluster: { name: 'outbound|80||web' } }
const dump = JSON.stringify({ configs: [{ dynamic_active_clusters: [cluster] }] })
const closed = new ApiError(503, 'connection refused')

describe('where the configuration of a proxy is read', () => {
  it('istiod tells what it would send where the proxy listens for its own pod only, and the page says so', async () => {
    const { read, paths } = asked({
      'web-0:15000': closed,
      'istiod-a': new ApiError(404, 'elsewhere'),
      'istiod-b': dump,
    })
    const { toldBy, tables, partial } = await read()
    expect([toldBy, tables.get('clusters')?.rows.length, paths.length]).toEqual(['istiod', 1, 3])
    expect(paths.at(-1)).toContain('config_dump?proxyID=web-0.shop&include_eds=true')
    expect(partial[0]).toContain('what istiod would send it')
  })
  it.each<[string, Record<string, Answer>, number, string]>([
    ['a right is missing', { 'web-0:15000': new ApiError(403, 'no') }, 403, 'somebody may not get pods/proxy'],
    ['the pod is gone', {}, 404, 'no pod web-0'],
    ['nobody tells it', { 'web-0:15000': closed, istiod: new ApiError(403, 'no') }, 502, 'connection refused'],
    ['it is a page of something else', { 'web-0:15000': '<html>' }, 502, 'something else than its configuration'],
  ])('%s', async (_, answers, status, said) => {
    const error: unknown = await asked(answers)
      .read()
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HttpProblem)
    expect((error as HttpProblem).problem).toMatchObject({ status, detail: expect.stringContaining(said) as string })
  })
  it('a proxy that falls silent is told like one that does not answer', async () => {
    const { read } = asked({ 'web-0:15000': new SourceError('kubernetes', 'timeout', 'fell silent'), istiod: dump })
    expect((await read()).partial[0]).toContain('fell silent')
  })
})
