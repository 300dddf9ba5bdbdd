import { type ReactNode, useState } from 'react'
import { expect, it } from 'vitest'
import { renderEditor } from '#web/config/editor/testing.tsx'
import { FormColumn } from '#web/config/forms/FormColumn.tsx'

const shown = `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata:
  name: tokens
  namespace: shop
spec:
  jwtRules:
    # our own people
    - issuer: https://accounts.example.com
      fromHeaders:
        - name: Authorization
          prefix: "Bearer "
      jwks: '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}'
`

function Beside({ onText }: { onText: (text: string) => void }): ReactNode {
  const [text, setText] = useState(shown)
  const write = (next: string) => {
    setText(next)
    onText(next)
  }
  const idle = () => undefined
  return (
    <FormColumn
      text={text}
      marks={[]}
      schema={{ data: null, problem: null }}
      inventory={null}
      caret={null}
      onText={write}
      onLight={idle}
      onGoTo={idle}
    />
  )
}

it('warns of a secret key in a key set, and takes an address in its stead', async () => {
  let written = shown
  const { screen } = await renderEditor(<Beside onText={text => (written = text)} />)
  await expect.element(screen.getByText(/holds a private or secret key/)).toBeVisible()

  await screen.getByRole('combobox', { name: 'Keys' }).selectOptions('Key set address')
  await screen.getByLabelText('Key set address').fill('accounts.example.com/keys')
  await expect.element(screen.getByText('An address that begins with http:// or https:// is expected.')).toBeVisible()
  await screen.getByLabelText('Key set address').fill('https://accounts.example.com/keys')
  await expect.poll(() => written).toMatch(/^ {6}jwksUri: '?https:\/\/accounts\.example\.com\/keys'?$/m)
  expect(written).not.toContain('jwks:')
  expect(written).toContain('    # our own people\n')
})

it('sets a header and its prefix side by side', async () => {
  const { screen } = await renderEditor(<Beside onText={() => undefined} />)
  const header = screen.getByRole('combobox', { name: 'Header required' })
  const prefix = screen.getByRole('combobox', { name: 'Prefix' })
  await expect.element(prefix).toBeVisible()
  const [left, right] = [header, prefix].map(each => each.element().getBoundingClientRect())
  expect(right?.top).toBe(left?.top)
  expect(right?.left).toBeGreaterThan(left?.right ?? 0)
})
