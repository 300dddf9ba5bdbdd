import { describe, expect, it } from 'vitest'
import { pathOfField } from './field-path.ts'

const object = {
  metadata: { labels: { app: 'x', 'app.kubernetes.io/name': 'web', 'a.b': { c: 1 } }, finalizers: ['x', 'y.z/w'] },
  spec: {
    listeners: [
      { name: 'http', port: 80 },
      { name: 'a"] b', port: 443 },
    ],
    http: [{ retries: 1 }],
  },
}

describe('a field that server-side apply prints', () => {
  it.each([
    ['.spec.http', ['spec', 'http']],
    ['.metadata.labels.app.kubernetes.io/name', ['metadata', 'labels', 'app.kubernetes.io/name']],
    ['.metadata.labels.app', ['metadata', 'labels', 'app']],
    ['.metadata.labels.a.b.c', ['metadata', 'labels', 'a.b', 'c']],
    ['.spec.listeners[name="http"].port', ['spec', 'listeners', 0, 'port']],
    ['.spec.listeners[name="a\\"] b"].port', ['spec', 'listeners', 1, 'port']],
    ['.spec.listeners[name="http",port=80]', ['spec', 'listeners', 0]],
    ['.metadata.finalizers[="y.z/w"]', ['metadata', 'finalizers', 1]],
    ['.metadata.finalizers["y.z/w"]', ['metadata', 'finalizers', 1]],
    ['.spec.http[0].retries', ['spec', 'http', 0, 'retries']],
    ['.spec.nowhere.at.all', ['spec', 'nowhere', 'at', 'all']],
    ['.spec.listeners[name="none"].port', ['spec', 'listeners']],
    ['', []],
    ['nonsense', []],
  ])('%s is found in the object', (field, path) => {
    expect(pathOfField(field, object)).toEqual(path)
  })
})
