import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { KubeconfigError, loadCredentials, loadUsers } from './kubernetes-credentials.ts'

const config = (changes: { server?: string; user?: object; cluster?: object; current?: string } = {}) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': changes.current ?? 'lab',
    clusters: [{ name: 'c', cluster: { server: changes.server ?? 'https://127.0.0.1:6443', ...changes.cluster } }],
    users: [{ name: 'u', user: changes.user ?? {} }],
    contexts: [
      { name: 'lab', context: { cluster: 'c', user: 'u' } },
      { name: 'nowhere', context: { cluster: 'x', user: 'u' } },
    ],
  })

function file(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'weft-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'config')
  writeFileSync(path, text)
  return path
}

const load = (text: string, context: string | null = null) => loadCredentials({ kubeconfig: file(text), context })

describe('a kubeconfig', () => {
  it('gives server, context and user', async () => {
    expect(await load(config())).toMatchObject({ server: 'https://127.0.0.1:6443', cluster: 'lab', user: 'u' })
  })
  it.each([
    ['a bearer token', config({ user: { token: 'abc' } }), { Authorization: 'Bearer abc' }],
    ['a name and a password', config({ user: { username: 'a', password: 'b' } }), { Authorization: 'Basic YTpi' }],
    ['somebody to act for', config({ user: { as: 'jane' } }), { 'Impersonate-User': 'jane' }],
    [
      'a token over plain HTTP',
      config({ server: 'http://127.0.0.1:1', user: { token: 'abc' } }),
      { Authorization: 'Bearer abc' },
    ],
    [
      'a plugin that makes tokens',
      config({
        user: {
          exec: {
            apiVersion: 'client.authentication.k8s.io/v1',
            command: process.execPath,
            args: ['-e', `console.log(JSON.stringify({kind:'ExecCredential',status:{token:'made'}}))`],
          },
        },
      }),
      { Authorization: 'Bearer made' },
    ],
  ])('may hold %s', async (_, text, headers) => {
    expect((await (await load(text)).fresh()).headers).toEqual(headers)
  })
  it('may hold certificates', async () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const credentials = await load(
      config({
        user: { 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') },
        cluster: { 'certificate-authority-data': base64('ca'), 'tls-server-name': 'kube' },
      }),
    )
    expect((await credentials.fresh()).tls).toEqual({
      ca: Buffer.from('ca'),
      cert: Buffer.from('cert'),
      key: Buffer.from('key'),
      servername: 'kube',
    })
  })
  it.each([
    ['a context that is not there', config(), 'other', /no context "other" in .*; there is "lab", "nowhere"/],
    ['no current context', config({ current: '' }), null, /no current context/],
    ['a context without a cluster', config(), 'nowhere', /cluster without an address/],
    ['a proxy', config({ cluster: { 'proxy-url': 'http://p' } }), null, /does not support/],
    ['a server that is no address', config({ server: '::' }), null, /without an address/],
    ['something else', 'just: [words', null, /is not a kubeconfig/],
  ])('with %s is refused in a sentence', async (_, text, context, words) => {
    const error: unknown = await load(text, context).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(KubeconfigError)
    expect((error as Error).message).toMatch(words)
  })
  it('that is not there is said so', async () => {
    await expect(loadCredentials({ kubeconfig: '/nonexistent/config', context: null })).rejects.toThrow(
      'There is no kubeconfig file at /nonexistent/config.',
    )
  })
})

describe('the users of a kubeconfig', () => {
  it('are those with a context of the same server, the current one first', async () => {
    const cluster = (name: string, port: number) => ({ name, cluster: { server: `http://127.0.0.1:${port}` } })
    const context = (name: string, of: string, user: string) => ({ name, context: { cluster: of, user } })
    const text = JSON.stringify({
      'current-context': 'second',
      clusters: [cluster('lab', 1), cluster('other', 2)],
      users: ['ann', 'bob', 'eve'].map(name => ({ name, user: { token: name } })),
      contexts: [
        context('first', 'lab', 'ann'),
        context('second', 'lab', 'bob'),
        context('again', 'lab', 'bob'),
        context('elsewhere', 'other', 'eve'),
        context('nowhere', 'none', 'eve'),
      ],
    })
    const users = await loadUsers({ kubeconfig: file(text), context: null })
    expect(users.map(({ user }) => user)).toEqual(['bob', 'ann'])
    expect((await users[1]?.fresh())?.headers).toEqual({ Authorization: 'Bearer ann' })
  })
})
