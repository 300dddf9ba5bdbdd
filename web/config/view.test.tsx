import { useState } from 'react'
import { expect, it } from 'vitest'
import { listOf, row } from '#shared/config/list.fixture.ts'
import { change, renderPage, snapshot } from './testing.tsx'
import { useList, useListChange } from './view.ts'

function Counter() {
  const [count, setCount] = useState(0)
  const { state } = useList()
  useListChange(() => setCount(before => before + 1))
  return <output>{`${count} of ${state?.rows.length ?? 0}`}</output>
}

it('a change of the list is acted upon, many of one moment together, and what was there at first is none', async () => {
  const { screen, tell } = await renderPage(<Counter />)
  const text = () => screen.getByRole('status').element().textContent
  await tell(snapshot(listOf([row('Sidecar shop/default')])))
  await expect.poll(text).toBe('0 of 1')
  await tell(change({ put: [row('Sidecar pay/default')], gone: [] }))
  await expect.poll(text).toBe('1 of 2')
  const many = [2, 3, 4].map(base => change({ put: [row(`Sidecar team-${base}/default`)], gone: [] }, base))
  await Promise.all(many.map(tell))
  await expect.poll(text).toBe('1 of 5')
  await expect.poll(text, { timeout: 5000 }).toBe('2 of 5')
})
