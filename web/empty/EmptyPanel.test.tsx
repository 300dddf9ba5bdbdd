import type { ReactNode } from 'react'
import { expect, it } from 'vitest'
import { explainEmpty, type Ladder } from '#shared/mesh/ladder.ts'
import { renderWithBff } from '#web/api/testing.tsx'
import { openTexts, startLanguage } from '#web/ui/language.ts'
import { EmptyPanel } from './EmptyPanel.tsx'
import { Explained } from './Explained.tsx'

const subject = { of: 'service', namespace: 'shop', name: 'cart' } as const
const ladder: Ladder = {
  rungs: [
    {
      rung: 'trafficInWindow',
      state: 'fails',
      detail: [{ says: 'noTraffic', facts: { subject, window: 900 } }],
      query: null,
      objects: [],
    },
  ],
  lastAt: null,
}

async function show(content: ReactNode, reply: unknown = ladder) {
  await startLanguage()
  await openTexts('ladder')
  const { screen, asked } = await renderWithBff(content, () => reply)
  const ofLadder = () => asked.map(({ address }) => address).filter(address => address.includes('empty'))
  return { screen, asked: ofLadder }
}

it('asks of what an empty panel is about and of nothing else, and says why it is empty', async () => {
  const { screen, asked } = await show(<EmptyPanel panel="traffic" {...subject} window={900} at={undefined} />)
  await expect
    .element(screen.getByText(/No request and no connection of service shop\/cart in the last 15\smin/))
    .toBeVisible()
  expect(asked()).toEqual(['/api/empty?panel=traffic&of=service&namespace=shop&name=cart&window=900'])
})

it('is explained by whoever can explain it', async () => {
  const { asked } = await show(
    <Explained endpoint={{ ...explainEmpty, path: '/api/logs/empty' }} params={{ namespace: 'shop', pod: '' }} />,
  )
  await expect.poll(asked).toEqual(['/api/logs/empty?namespace=shop'])
})

it('says that it cannot be read, where it says what nobody knows here', async () => {
  const [rung] = ladder.rungs
  const { screen } = await show(<EmptyPanel panel="traffic" />, {
    ...ladder,
    rungs: [{ ...rung, detail: [{ says: 'nothing that is known', facts: {} }] }],
  })
  await expect.element(screen.getByText(/Why it is empty could not be asked/)).toBeVisible()
})
