import { execFile } from 'node:child_process'
import { accessSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './mesh.ts'

const unpacked = join(root, '.tools', 'kubectl', 'usr', 'bin', 'kubectl')

function program(): string {
  const given = process.env['WEFT_KUBECTL']
  if (given) return given
  try {
    accessSync(unpacked)
    return unpacked
  } catch {
    return 'kubectl'
  }
}

/** Runs kubectl as a person would, with the kubeconfig the lab printed. Rejects with what it said. */
export async function kubectl(kubeconfig: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program(), args, {
    env: { ...process.env, KUBECONFIG: kubeconfig, HOME: join(tmpdir(), 'weft-e2e-home') },
    timeout: 30_000,
  })
  return stdout
}

/** Objects as they are now, `kind/namespace/name`. The answer makes them so again. */
export async function asFound(kubeconfig: string, ...names: string[]): Promise<() => Promise<void>> {
  const found = await Promise.all(
    names.map(async name => {
      const [kind = '', namespace = '', own = ''] = name.split('/')
      const place = ['-n', namespace]
      const text = await kubectl(kubeconfig, 'get', kind, own, ...place, '--ignore-not-found', '-o', 'json')
      return { kind, own, place, text }
    }),
  )
  return async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weft-as-found-'))
    for (const { kind, own, place, text } of found) {
      const isThere = (await kubectl(kubeconfig, 'get', kind, own, ...place, '--ignore-not-found', '-o', 'name')) !== ''
      if (text === '') {
        if (isThere) await kubectl(kubeconfig, 'delete', kind, own, ...place)
        continue
      }
      const object = JSON.parse(text) as { metadata: Record<string, unknown>; status?: unknown }
      for (const field of ['resourceVersion', 'uid', 'generation', 'creationTimestamp', 'managedFields'])
        delete object.metadata[field]
      delete object.status
      const file = join(folder, 'object.json')
      await writeFile(file, JSON.stringify(object))
      await kubectl(kubeconfig, isThere ? 'replace' : 'create', '-f', file)
    }
    await rm(folder, { recursive: true, force: true })
  }
}
