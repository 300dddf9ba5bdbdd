import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { parse } from 'yaml'
import { writeKubeconfig } from './kubeconfig.ts'

const folder = await mkdtemp(join(tmpdir(), 'weft-kubeconfig-'))
afterAll(() => rm(folder, { recursive: true }))

it('a kubeconfig is for its owner only and names its first user and whom to trust', async () => {
  const path = join(folder, 'deep', 'config')
  const write = () =>
    writeKubeconfig(path, {
      server: 'https://127.0.0.1:1',
      cluster: 'lab',
      authority: 'PEM',
      users: [
        { name: 'mesh-admin', token: 'secret' },
        { name: 'viewer', token: 'other' },
      ],
    })
  await write()
  await writeFile(path, 'old', { mode: 0o644 })
  await write()
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(parse(await readFile(path, 'utf8'))).toMatchObject({
    'current-context': 'lab',
    clusters: [{ name: 'lab', cluster: { server: 'https://127.0.0.1:1', 'certificate-authority-data': 'UEVN' } }],
    contexts: [
      { name: 'lab', context: { cluster: 'lab', user: 'mesh-admin' } },
      { name: 'viewer@lab', context: { cluster: 'lab', user: 'viewer' } },
    ],
    users: [{ name: 'mesh-admin', user: { token: 'secret' } }, { name: 'viewer' }],
  })
})
