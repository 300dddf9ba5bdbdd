import { describe, expect, it } from 'vitest'
import type { ApiRequest } from '#bff/sources/kubernetes-api.ts'
import type { KubernetesClient } from '#bff/sources/kubernetes-users.ts'
import { readAssertionsFor } from './assertions.ts'
import { landscapeDeps } from '#bff/security/rights.fixture.ts'

const map = (namespace: string) => ({
  metadata: { namespace, name: 'weft-assertions', managedFields: [{ manager: 'weft' }] },
  data: { assertions: `- anything may reach ${namespace}-secret` },
})

/** A cluster that lets each user list ConfigMaps in some namespaces; null: in all. */
function read(user: string, may: readonly string[] | null, status = 200) {
  const asked: string[] = []
  const ask = async ({ path }: ApiRequest) => {
    asked.push(path)
    const namespace = /namespaces\/([^/]+)/.exec(path)?.[1]
    const isLet = may === null || (namespace !== undefined && may.includes(namespace))
    const items = (namespace === undefined ? ['shop', 'pay'] : [namespace]).map(map)
    return { status: isLet ? status : 403, json: isLet ? { items } : {}, warnings: [] }
  }
  const as = () => ({ ask }) as unknown as KubernetesClient
  return { asked, told: readAssertionsFor(user, { ...landscapeDeps(), users: { as } }, new AbortController().signal) }
}

describe('assertions of the cluster', () => {
  it('are asked for by their label, once for who may list everywhere', async () => {
    const { told, asked } = read('mesh-admin', null)
    expect((await told).objects).toHaveLength(2)
    expect(asked).toEqual(['/api/v1/configmaps?labelSelector=weft.io%2Fassertions%3Dtrue'])
    expect(JSON.stringify(await told)).not.toContain('managedFields')
  })

  it('are those of shop alone for shop-dev, and nothing of pay is named', async () => {
    const { told } = read('shop-dev', ['shop'])
    expect((await told).objects).toHaveLength(1)
    expect(JSON.stringify(await told)).not.toContain('pay')
  })

  it('are refused with the right that is missing', async () => {
    await expect(read('viewer', []).told).rejects.toMatchObject({
      problem: { status: 403 },
      message: expect.stringMatching(/list configmaps/) as string,
    })
  })

  it('fail where the cluster does', async () => {
    await expect(read('mesh-admin', null, 500).told).rejects.toMatchObject({ source: 'kubernetes' })
  })
})
