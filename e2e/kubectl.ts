import { execFile } from 'node:child_process'
import { accessSync } from 'node:fs'
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
