// The programs the tests need beside Node: Chromium, Prometheus (with promtool) and kubectl, from Debian's packages.
import { accessSync, constants, existsSync, mkdirSync, rmSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { capture, root, run, say } from './bootstrap.mjs'

const folder = join(root, '.tools')

const onPath = name =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map(directory => join(directory, name))
    .find(isExecutable)

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/**
 * What is needed, where it may be, and how to get it. `unpack`: the package is unpacked into .tools, which needs no rights
 * and starts no service; Chromium needs so many libraries that it is installed instead.
 */
const tools = [
  {
    name: 'chromium',
    variable: 'WEFT_CHROMIUM',
    package: 'chromium',
    unpack: false,
    find: () => ['chromium', 'chromium-browser', 'google-chrome'].map(onPath).find(Boolean),
  },
  {
    name: 'prometheus',
    variable: 'WEFT_PROMETHEUS',
    package: 'prometheus',
    unpack: true,
    find: () => [join(folder, 'prometheus/usr/bin/prometheus')].find(isExecutable) ?? onPath('prometheus'),
  },
  {
    name: 'kubectl',
    variable: 'WEFT_KUBECTL',
    package: 'kubernetes-client',
    unpack: true,
    // The package's 1.20 is the oldest client that must work; another one on the PATH is tested beside it, not instead.
    find: () => [join(folder, 'kubectl/usr/bin/kubectl')].find(isExecutable),
    otherwise: () => onPath('kubectl'),
  },
]

const located = tool => {
  const given = process.env[tool.variable]
  return given && isExecutable(given) ? given : tool.find()
}

let isUpdated = false
async function updateLists() {
  if (isUpdated) return
  isUpdated = true
  const isRoot = process.getuid?.() === 0
  if (isRoot) await run('apt-get', ['-qq', 'update'])
  else if (await canSudo()) await run('sudo', ['-n', 'apt-get', '-qq', 'update'])
}

const canSudo = async () => onPath('sudo') !== undefined && (await capture('sudo', ['-n', 'echo', 'yes'])) === 'yes'

async function unpack(tool) {
  const target = join(folder, tool.name)
  const download = join(folder, `${tool.name}-download`)
  rmSync(download, { recursive: true, force: true })
  mkdirSync(download, { recursive: true })
  const code = await run('sh', ['-c', `apt-get -qq download ${tool.package} && dpkg-deb -x ./*.deb '${target}'`], {
    cwd: download,
  })
  rmSync(download, { recursive: true, force: true })
  return code === 0
}

async function install(tool) {
  const isRoot = process.getuid?.() === 0
  if (!isRoot && !(await canSudo())) return false
  const apt = ['apt-get', '-qq', '-y', '--no-install-recommends', 'install', tool.package]
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return (await (isRoot ? run(apt[0], apt.slice(1), { env }) : run('sudo', ['-n', ...apt], { env }))) === 0
}

/**
 * Finds or fetches every tool and puts its path into the environment for the runners. Resolves to the names of those
 * that could not be had, each with the sentence that says what to do.
 */
export async function ensureTools() {
  const missing = []
  for (const tool of tools) {
    let path = located(tool)
    if (!path && existsSync('/usr/bin/apt-get')) {
      say(`Fetching ${tool.name} from Debian's package ${tool.package} …`)
      await updateLists()
      await (tool.unpack ? unpack(tool) : install(tool))
      path = located(tool)
    }
    path ??= tool.otherwise?.()
    if (path) process.env[tool.variable] = path
    else
      missing.push({
        name: tool.name,
        sentence: `${tool.name} is not here and could not be fetched. Install Debian's package "${tool.package}" (or set ${tool.variable} to its path) and run npm test again.`,
      })
  }
  return missing
}
