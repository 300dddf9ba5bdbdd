import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { page } from './page.ts'
import { served } from './server.fixture.ts'

const script = `console.log("${'x'.repeat(3000)}")`

function built(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weft-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  mkdirSync(join(folder, 'dist/assets'), { recursive: true })
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  writeFileSync(join(folder, 'dist/index.html'), '<!doctype html><title>Weft</title>')
  writeFileSync(join(folder, 'dist/assets/index-D3adB33f.js'), script)
  writeFileSync(join(folder, 'dist/weft.svg'), '<svg/>')
  writeFileSync(join(folder, 'dist/notes.md'), 'not served')
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'dist/link.txt'))
  return join(folder, 'dist')
}

const serveIt = async (folder: string) => {
  const { url } = await served(async (_, http) => void http.use(await page(folder, ['/api', '/assets', '/live'])))
  return url
}

/** A request whose path is sent as it is: fetch would tidy it up. */
const raw = (url: string, path: string) =>
  new Promise<{ status: number; body: string }>((resolve, reject) => {
    const { hostname, port } = new URL(url)
    request({ hostname, port, path }, response => {
      let body = ''
      response.on('data', (chunk: Buffer) => (body += chunk.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
      .on('error', reject)
      .end()
  })

describe('the page', () => {
  it('is index.html at every address that is a page', async () => {
    const url = await serveIt(built())
    for (const path of ['/', '/topology', '/workloads/shop/cart.v1', '/topology?level=service']) {
      const response = await fetch(url + path, { headers: { accept: 'text/html' } })
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('no-cache')
      expect(await response.text()).toContain('<title>Weft')
    }
  })
  it('is not what is missing from the API, the assets or the socket', async () => {
    const url = await serveIt(built())
    for (const path of ['/api', '/api/nothing', '/assets/gone-12345678.js', '/live/x'])
      expect((await fetch(url + path, { headers: { accept: 'text/html' } })).status).toBe(404)
    const script = { accept: '*/*', 'sec-fetch-dest': 'script' }
    expect((await fetch(`${url}/gone.js`, { headers: script })).status).toBe(404)
    expect((await fetch(`${url}/`, { method: 'POST' })).status).toBe(404)
  })
  it('keeps assets for ever, the page never', async () => {
    const url = await serveIt(built())
    const asset = await fetch(`${url}/assets/index-D3adB33f.js`)
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(asset.headers.get('content-encoding')).toBe('gzip')
    expect(await asset.text()).toBe(script)
    const plain = await fetch(`${url}/assets/index-D3adB33f.js`, { headers: { 'accept-encoding': 'identity' } })
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(await plain.text()).toBe(script)
    const mark = await fetch(`${url}/weft.svg`)
    expect(mark.headers.get('cache-control')).toBe('no-cache')
    const again = await fetch(`${url}/weft.svg`, { headers: { 'if-none-match': mark.headers.get('etag') ?? '' } })
    expect(again.status).toBe(304)
  })
  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/link.txt',
    '/notes.md',
    '/index.html%00.js',
  ])('does not lead out of its folder: %s', async path => {
    const { body } = await raw(await serveIt(built()), path)
    expect(body).not.toContain('secret')
    expect(body).not.toContain('not served')
  })
  it('that is not built is said so', async () => {
    const url = await serveIt('/nonexistent/dist')
    const response = await fetch(url, { headers: { accept: 'text/html' } })
    expect(response.status).toBe(503)
    expect(await response.text()).toContain('npm run build')
  })
})
