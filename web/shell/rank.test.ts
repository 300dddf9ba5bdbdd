import { describe, expect, it } from 'vitest'
import type { Command } from '#web/ui/registry.ts'
import { rank } from './rank.ts'

const command = (group: string, label: string, keywords = ''): Command => ({
  id: label,
  group,
  label,
  keywords,
  run: () => {},
})
const all = [
  command('Map', 'shop/checkout', 'checkout'),
  command('Map', 'pay/payments', 'payments'),
  command('Map', 'payroll'),
  command('Do', 'Theme: Dark', 'theme dark'),
]
const labels = (text: string) => rank(all, text).map(({ name, commands }) => [name, commands.map(({ label }) => label)])

describe('what is typed into the palette', () => {
  it('keeps the groups in their order when nothing is typed', () =>
    expect(labels('').map(([name]) => name)).toEqual(['Map', 'Do']))

  it('finds every word somewhere, those that begin like it first', () =>
    expect(labels('pay')).toEqual([['Map', ['pay/payments', 'payroll']]]))

  it('looks at keywords too', () => expect(labels('dark theme')).toEqual([['Do', ['Theme: Dark']]]))

  it('finds nothing where a word is missing', () => expect(labels('pay dark')).toEqual([]))

  it('shows a few of many', () =>
    expect(
      rank(
        Array.from({ length: 50 }, (_, index) => command('Map', `x${index}`)),
        'x',
      )[0]?.commands,
    ).toHaveLength(8))

  it('offers what fits anything after all that was meant', () => {
    const anything: Command = { id: 'find', group: 'Find', label: 'Find “dark”', isLastResort: true, run: () => {} }
    const dark: Command = { id: 'dark', group: 'Commands', label: 'Theme: Dark', run: () => {} }
    expect(rank([anything, dark], 'dark').map(group => group.name)).toEqual(['Commands', 'Find'])
  })
})
