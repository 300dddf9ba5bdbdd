import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { defaultRules } from '#bff/mesh/health/rules.ts'
import { EnvError, parseEnv } from './env.ts'

const sentences = (variables: Record<string, string>): string[] => {
  try {
    parseEnv(variables)
  } catch (error) {
    if (error instanceof EnvError) return error.sentences
    throw error
  }
  return []
}

describe('the environment', () => {
  it('may be empty: a console on loopback without any source', () => {
    expect(parseEnv({})).toEqual({
      mesh: 'cluster',
      kubeconfig: null,
      context: null,
      prometheus: null,
      tracing: null,
      host: '127.0.0.1',
      port: 4280,
      allowedHosts: [],
      allowedOrigins: [],
      health: defaultRules,
      store: { kind: 'file', path: fileURLToPath(new URL('../.weft/history.db', import.meta.url)) },
      history: { age: 90 * 86_400_000, bytes: 512e6 },
      dashboards: null,
      logLevel: 'warn',
      checksReplies: false,
      isInPod: false,
    })
  })
  it('names everything', () => {
    const variables = {
      WEFT_MESH: 'lab',
      WEFT_KUBECONFIG: '/tmp/config',
      WEFT_CONTEXT: 'lab',
      WEFT_PROMETHEUS_URL: 'https://user:word@prom.example/path',
      WEFT_PROMETHEUS_TOKEN: 'abc',
      WEFT_TRACING_URL: 'http://jaeger:16686/jaeger',
      WEFT_HOST: '0.0.0.0',
      WEFT_PORT: '0',
      WEFT_ALLOWED_HOSTS: 'Weft.Example, other.example,',
      WEFT_ALLOWED_ORIGINS: 'https://portal.example',
      WEFT_STORE: 'postgres://weft:word@db/weft',
      WEFT_HISTORY_DAYS: '7',
      WEFT_HISTORY_MEGABYTES: '64',
      WEFT_LOG_LEVEL: 'debug',
      NODE_ENV: 'test',
      KUBERNETES_SERVICE_HOST: '10.0.0.1',
    }
    expect(parseEnv(variables)).toEqual({
      mesh: 'lab',
      kubeconfig: '/tmp/config',
      context: 'lab',
      prometheus: { url: 'https://user:word@prom.example/path', token: 'abc' },
      tracing: { url: 'http://jaeger:16686/jaeger' },
      host: '0.0.0.0',
      port: 0,
      allowedHosts: ['weft.example', 'other.example'],
      allowedOrigins: ['https://portal.example'],
      health: defaultRules,
      store: { kind: 'postgres', url: 'postgres://weft:word@db/weft' },
      history: { age: 7 * 86_400_000, bytes: 64e6 },
      dashboards: null,
      logLevel: 'debug',
      checksReplies: true,
      isInPod: true,
    })
  })
  it('takes an empty variable for none', () => {
    expect(parseEnv({ WEFT_CONTEXT: '', WEFT_PROMETHEUS_URL: ' ', WEFT_PORT: '' })).toEqual(parseEnv({}))
  })
  it.each([
    ['WEFT_PORT', '70000', 'WEFT_PORT is a port from 0 to 65535, not "70000".'],
    ['WEFT_PORT', '80a', 'WEFT_PORT is a port from 0 to 65535, not "80a".'],
    ['WEFT_MESH', 'prod', 'WEFT_MESH is one of lab, cluster, not "prod".'],
    ['WEFT_LOG_LEVEL', 'loud', 'WEFT_LOG_LEVEL is one of trace, debug, info, warn, error, silent, not "loud".'],
    ['WEFT_TRACING_URL', 'jaeger:16686', 'WEFT_TRACING_URL is not an http or https address.'],
    ['WEFT_HEALTH', '5 %', 'WEFT_HEALTH is not JSON such as {"serverErrors":{"failing":0.2}}.'],
    ['WEFT_HEALTH', '/nowhere/health.json', 'WEFT_HEALTH names /nowhere/health.json, which cannot be read (ENOENT).'],
    ['WEFT_STORE', 'mysql://me:word@db', 'WEFT_STORE is neither a postgres:// address nor the path of a file.'],
    ['WEFT_HISTORY_DAYS', '-1', 'WEFT_HISTORY_DAYS is a whole number above 0, not "-1".'],
    ['WEFT_HISTORY_MEGABYTES', '1e9', 'WEFT_HISTORY_MEGABYTES is a whole number above 0, not "1e9".'],
    ['WEFT_CONTEXT', 'lab', 'WEFT_CONTEXT chooses within a kubeconfig: set WEFT_KUBECONFIG too.'],
  ])('with %s=%s is refused in a sentence', (name, value, sentence) => {
    expect(sentences({ [name]: value })).toEqual([sentence])
  })
  it('reads the rules of health from a file, where it names one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'weft-env-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'health.json')
    writeFileSync(file, '{"services":{"shop/cart":[{"code":"5xx","failing":0.3}]}}')
    expect(parseEnv({ WEFT_HEALTH: file }).health.services.get('shop/cart')).toHaveLength(1)
    writeFileSync(file, '[]')
    expect(sentences({ WEFT_HEALTH: file })[0]).toMatch(/^WEFT_HEALTH names .*health\.json, which takes ratios/)
  })
  it('is refused with every sentence at once, none of which holds a password', () => {
    const all = sentences({ WEFT_PROMETHEUS_URL: 'ftp://user:word@x', WEFT_PORT: 'x' })
    expect(all).toHaveLength(2)
    expect(all.join()).not.toContain('word')
  })
  it('logs more in production, where nobody sits before it', () => {
    expect(parseEnv({ NODE_ENV: 'production' }).logLevel).toBe('info')
  })
})
