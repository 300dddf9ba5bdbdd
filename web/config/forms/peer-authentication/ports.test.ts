import { expect, it } from 'vitest'
import type { Field } from '#web/config/forms/form.ts'
import { shop } from '#web/config/forms/inventory.fixture.ts'
import { peerAuthentication } from './form.ts'
import { en, type Texts } from './text-en.ts'

const byPort = peerAuthentication.fields.find(field => field.type === 'map')
const around = (namespace: string, matchLabels: Record<string, string>) => {
  const object = { metadata: { name: 'x', namespace }, spec: { selector: { matchLabels } } }
  return { value: object, object, inventory: shop }
}
const suggested = ({ suggest }: Extract<Field<Texts>, { type: 'map' }>, ...where: Parameters<typeof around>) =>
  suggest?.(around(...where)).map(({ value, detail }) => `${value} ${detail}`)

it('suggests the ports of the selected workloads', () => {
  expect(byPort && suggested(byPort, 'shop', { app: 'cart' })).toEqual(['8080 cart', '9090 cart'])
  expect(byPort && suggested(byPort, 'shop', { app: 'parcels' })).toEqual([])
  expect(byPort && suggested(byPort, 'istio-system', { app: 'parcels' })).toEqual(['7070 parcels'])
})

it('asks for ports only of selected workloads: without a selector Istio refuses them', () => {
  expect(byPort?.when?.(around('shop', {}))).toBe(false)
  expect(byPort?.when?.(around('shop', { app: 'cart' }))).toBe(true)
})

it.each([
  ['1', null],
  ['65535', null],
  ['0', en.noPort],
  ['65536', en.noPort],
  ['08080', en.noPort],
  ['http', en.noPort],
])('a port %s', (entry, said) => {
  expect(byPort?.check?.(entry, en)).toBe(said)
})
