import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { reviewed } from '#lab/kubernetes/admission/istiod.ts'
import { complete, prepare } from '#lab/kubernetes/api/prepare.ts'
import { builtInKinds } from '#lab/kubernetes/kinds/all.ts'
import { createResourceTable } from '#lab/kubernetes/resources.ts'
import { createScenario } from './scenario.ts'

const resources = createResourceTable(builtInKinds)

/** What the API server says to an object that someone applies; '' where it takes it as it is. */
function refusal(object: KubeObject): string {
  const kind = resources.of(object.apiVersion, object.kind)
  if (!kind) return `no kind ${object.apiVersion} ${object.kind}`
  const { name, namespace } = object.metadata
  const version = object.apiVersion.split('/').at(-1) ?? ''
  try {
    const { status: _, ...applied } = prepare(
      object,
      { kind, version, name, namespace },
      { fieldValidation: 'Strict', repeated: [] },
    ).object
    return reviewed(complete(kind, applied)).refusal
  } catch (error) {
    return String(error)
  }
}

describe.each(['shop', 'thousand', 'tenthousand'] as const)('the preset %s', preset => {
  it('holds only objects of custom kinds that the API server and istiod would take', () => {
    const own = createScenario(preset, 7).objects.filter(
      object => resources.of(object.apiVersion, object.kind)?.custom ?? true,
    )
    expect(own.length).toBeGreaterThan(0)
    expect(own.map(refusal).filter(message => message !== '')).toEqual([])
  })
})
