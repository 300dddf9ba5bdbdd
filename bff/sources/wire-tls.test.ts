import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { loopback } from './loopback.fixture.ts'
import { authority, certificate, key } from './tls.fixture.ts'
import { Wire } from './wire.ts'

async function secureServer(): Promise<number> {
  const server = createServer({ key, cert: certificate }, (_, response) => response.end('{}'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

function ask(url: string, tls: { ca?: string } = {}): Promise<unknown> {
  const wire = new Wire({ name: 'kubernetes', url, connections: 1, tls })
  onTestFinished(() => wire.close())
  return wire.ask({ method: 'GET', path: '/', timeout: 5000, cap: 1000 })
}

it('a server is trusted by its authority', async () => {
  const port = await secureServer()
  await expect(ask(`https://127.0.0.1:${port}`, { ca: authority })).resolves.toMatchObject({ status: 200 })
})

it('a server that nobody vouches for is told as such, not as one that is away', async () => {
  const port = await secureServer()
  await expect(ask(`https://127.0.0.1:${port}`)).rejects.toThrow(
    `Kubernetes at https://127.0.0.1:${port} has a certificate that is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE).`,
  )
})

it('a server with a certificate for another name is not trusted', async () => {
  const port = await secureServer()
  await expect(ask(`https://localhost:${port}`, { ca: authority })).rejects.toThrow(
    'has a certificate that is not trusted (ERR_TLS_CERT_ALTNAME_INVALID).',
  )
})

it('a server without TLS is told as such', async () => {
  const { port } = await loopback((_, response) => response.end('{}'))
  await expect(ask(`https://127.0.0.1:${port}`)).rejects.toThrow(
    `Kubernetes at https://127.0.0.1:${port} does not speak TLS. Is the address http:// instead of https://?`,
  )
})
