import { accessSync, constants, readdirSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

/**
 * Every kubectl to test with: the one named by WEFT_KUBECTL, the one in `.tools`, and all on the PATH
 * (`kubectl`, `kubectl.1.33` …) and where links on the PATH lead to, each program once.
 */
export function findKubectls(env: NodeJS.ProcessEnv, root: string): string[] {
  const named = env['WEFT_KUBECTL']
  const onPath = (env['PATH'] ?? '').split(delimiter).flatMap(kubectlsIn)
  const candidates = [
    ...(named ? [named] : []),
    join(root, '.tools/kubectl/usr/bin/kubectl'),
    ...onPath,
    // Packages that bring several versions link one of them.
    ...new Set(onPath.filter(isProgram).map(path => dirname(realpathSync(path)))).values().flatMap(kubectlsIn),
  ]
  const found = new Map(candidates.filter(isProgram).map(path => [realpathSync(path), path]))
  return [...found.values()]
}

const kubectlsIn = (folder: string): string[] =>
  filesIn(folder)
    .filter(name => /^kubectl(\.\d+\.\d+)?$/.test(name))
    .map(name => join(folder, name))

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // A folder on the PATH that is not there holds no programs.
    return []
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
