import { describe, expect, it } from 'vitest'
import type { Json } from '#shared/mesh/object.ts'
import { createAnalyst, type WorldReply } from './analyst.ts'
import { tooLarge, wordsOf } from './limit.ts'
import { saidOf } from './said.ts'

const service = (name: string): Json => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { ports: [{ name: 'http', port: 80 }] },
})
const route = (host: string, name = 'web'): Json => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name, namespace: 'shop' },
  spec: { hosts: ['web'], http: [{ route: [{ destination: { host } }] }] },
})
const reply = (more: Partial<WorldReply>): WorldReply => ({
  version: '1',
  isWhole: true,
  objects: [],
  removed: [],
  unseen: [],
  settings: { meshConfig: {}, meshNetworks: null },
  ...more,
})
const codes = (findings: readonly { code: string }[] | undefined) => findings?.map(({ code }) => code)

describe('the page’s own analyst', () => {
  it('says nothing before it has a world, and of what does not say what it is', () => {
    const analyst = createAnalyst()
    expect(analyst.look([route('web')])).toBeNull()
    analyst.take(reply({}))
    expect(analyst.look([{}])).toBeNull()
  })

  it('looks at what is typed, and keeps nothing of it', () => {
    const analyst = createAnalyst()
    analyst.take(reply({ objects: [service('web'), route('web')] }))
    expect(codes(analyst.look([route('nowhere')])?.findings)).toEqual(['IST0101'])
    expect(codes(analyst.look([route('web')])?.findings)).toEqual([])
  })

  it('follows the cluster by what changed', () => {
    const analyst = createAnalyst()
    analyst.take(reply({ objects: [service('web')] }))
    analyst.take(reply({ version: '2', isWhole: false, objects: [service('api')] }))
    expect(analyst.version).toBe('2')
    expect(codes(analyst.look([route('api')])?.findings)).toEqual([])
    const removed = [{ group: '', kind: 'Service', namespace: 'shop', name: 'api' }]
    analyst.take(reply({ version: '3', isWhole: false, removed }))
    expect(codes(analyst.look([route('api')])?.findings)).toEqual(['IST0101'])
  })

  it('doubts what it could not see all of', () => {
    const analyst = createAnalyst()
    analyst.take(reply({ unseen: [{ kind: '/Service', except: [] }] }))
    const look = analyst.look([route('web')])
    expect(codes(look?.doubtful)).toContain('IST0101')
    analyst.take(reply({}))
    expect(analyst.look([route('web')])?.doubtful).toEqual([])
  })
})

describe('what is said while somebody types', () => {
  const [sure, maybe] = ['IST0001', 'IST0002'].map(code => ({
    code,
    name: code,
    level: 'Error' as const,
    object: { group: '', kind: 'Service', namespace: 'shop', name: 'web' },
    message: code,
  }))
  if (!sure || !maybe) throw new Error('two findings')
  const look = { findings: [sure, maybe], brought: [], resolved: [], doubtful: [maybe] }
  const server = (...findings: (typeof sure)[]) => ({ findings, brought: [], resolved: [] })
  it.each([
    ['nothing before anybody has looked', { look: null, server: null }, null],
    ['what the page is sure of, at once', { look, server: null }, { findings: [sure], doubtful: [] }],
    ['the server’s last word about this text', { look, server: server(maybe), isServers: true }, { findings: [maybe] }],
    [
      'what the server said before, while it stays so here',
      { look, server: server(maybe) },
      { findings: [sure, maybe] },
    ],
    ['the server’s older answer where the page has none', { look: null, server: server(maybe) }, { findings: [maybe] }],
    [
      'what is doubtful, as such, while the server does not answer',
      { look, server: null, isAlone: true },
      { findings: [sure], doubtful: [maybe] },
    ],
  ])('is %s', (_, given, expected) => {
    const said = saidOf({ isServers: false, isAlone: false, ...given })
    if (expected === null) expect(said).toBeNull()
    else expect(said).toMatchObject(expected)
  })
})

describe('a body', () => {
  it('is read as far as a page can bear', async () => {
    expect(await wordsOf(new Response('“some” words'), 100)).toBe('“some” words')
    expect(await wordsOf(new Response('x'.repeat(101)), 100)).toBe(tooLarge)
  })
})
