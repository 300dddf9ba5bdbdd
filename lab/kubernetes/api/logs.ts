import type { ServerResponse } from 'node:http'
import type { ContainerLogs, KubeObject, LogLine } from '#lab/contract.ts'
import { at, listOf, textOf } from '#lab/kubernetes/value.ts'
import type { Api } from './api.ts'
import { type LogOptions, logOptionsOf } from './log-options.ts'
import type { ResourceRequest } from './request.ts'
import { badRequest } from './status.ts'
import { existing } from './update.ts'

/** Where nobody keeps logs every container has written nothing. */
export const noLogs: ContainerLogs = {
  read: () => ({ lines: [], place: 0 }),
  previous: () => null,
  subscribe: () => () => undefined,
}

/** A reader this far behind (bytes) is not written to until it has read. */
const backlogLimit = 256 * 1024

/** `GET …/pods/<name>/log`: writes what is kept, and goes on with what comes if wished. Returns the way to end it. */
export function logs(api: Api, request: ResourceRequest, response: ServerResponse): () => void {
  const pod = existing(api, request)
  const options = logOptionsOf(request.query, pod.metadata.name, api.now())
  const container = containerOf(pod, options.container)
  const begin = () => {
    response.writeHead(200, { 'Content-Type': 'text/plain', 'Cache-Control': 'no-cache, private' })
    response.flushHeaders()
  }
  // A pod without a node has no kubelet to ask.
  if (textOf(at(pod, 'spec.nodeName')) === '') {
    begin()
    response.end()
    return () => undefined
  }
  const kept = options.previous ? api.logs.previous(pod, container) : null
  if (options.previous && kept === null)
    throw badRequest(`previous terminated container "${container}" in pod "${pod.metadata.name}" not found`)
  const status = statusOf(pod, container)
  const waiting = textOf(at(status, 'state.waiting.reason'))
  // Between two lives the last one's log is there to read.
  if (waiting !== '' && !options.previous && at(status, 'lastState.terminated') === undefined)
    throw badRequest(
      `container "${container}" in pod "${pod.metadata.name}" is waiting to start: ${waitingFor(waiting)}`,
    )

  begin()
  const writer = createWriter(response, options)
  const first = kept === null ? api.logs.read(pod, container, undefined) : { lines: kept, place: 0 }
  writer.write(tail(first?.lines ?? [], options))
  const runs = at(status, 'state.running') !== undefined
  if (!options.follow || kept !== null || !runs || writer.isFull()) {
    response.end()
    return () => undefined
  }
  return follow(api, pod, container, first?.place ?? 0, writer, response)
}

/** kubelet has words of its own for images that it cannot get. */
function waitingFor(reason: string): string {
  if (reason === 'ErrImagePull') return "image can't be pulled"
  return reason === 'ImagePullBackOff' ? 'trying and failing to pull image' : reason
}

/** Writes on until the container or the reader is gone. */
function follow(
  api: Api,
  pod: KubeObject,
  container: string,
  from: number,
  writer: Writer,
  response: ServerResponse,
): () => void {
  let place = from
  const writeOn = (): void => {
    // Whoever does not read is not written to; what it misses is kept for a while in the container's own log.
    if (response.writableLength > backlogLimit || response.writableEnded || response.destroyed) return
    const next = api.logs.read(pod, container, place)
    // Better no stream than one with a hole in it.
    if (next === null) response.destroy()
    else {
      place = next.place
      writer.write(next.lines)
      if (writer.isFull()) stop()
    }
  }
  const leave = api.logs.subscribe(pod, container, writeOn)
  const unsubscribe = api.store.subscribe(change => {
    if (change.resource !== 'pods' || change.object.metadata.uid !== pod.metadata.uid) return
    if (change.type === 'DELETED' || !isSame(change.object, pod, container)) stop()
  })
  const stop = (): void => {
    leave()
    unsubscribe()
    if (!response.writableEnded) response.end()
  }
  response.on('drain', writeOn)
  response.on('close', stop)
  return stop
}

/** Not restarted, not ended. */
function isSame(now: KubeObject, then: KubeObject, container: string): boolean {
  const [one, other] = [statusOf(now, container), statusOf(then, container)]
  return at(one, 'restartCount') === at(other, 'restartCount') && at(one, 'state.running') !== undefined
}

const statusOf = (pod: KubeObject, container: string): unknown =>
  ['containerStatuses', 'initContainerStatuses']
    .flatMap(list => listOf(at(pod, `status.${list}`)))
    .find(status => status['name'] === container)

/** The container that is meant, in the words of the API server where none is. */
function containerOf(pod: KubeObject, wanted: string): string {
  const names = (list: string) => listOf(at(pod, `spec.${list}`)).map(item => textOf(item['name']))
  const [own, init] = [names('containers'), names('initContainers')]
  if (wanted !== '') {
    if ([...own, ...init].includes(wanted)) return wanted
    throw badRequest(`container ${wanted} is not valid for pod ${pod.metadata.name}`)
  }
  const [only, ...others] = own
  if (only !== undefined && others.length === 0) return only
  const ask = `a container name must be specified for pod ${pod.metadata.name}`
  if (only === undefined) throw badRequest(ask)
  const orInit = init.length > 0 ? ` or one of the init containers: [${init.join(' ')}]` : ''
  throw badRequest(`${ask}, choose one of: [${own.join(' ')}]${orInit}`)
}

/** The last so many lines; those of them that are young enough. */
function tail(lines: readonly LogLine[], { tailLines, since, stream }: LogOptions): readonly LogLine[] {
  const wanted = stream === null ? lines : lines.filter(line => line.stream === stream)
  const last = tailLines === null ? wanted : wanted.slice(Math.max(0, wanted.length - tailLines))
  return since === null ? last : last.filter(line => line.time >= since)
}

interface Writer {
  write(lines: readonly LogLine[]): void
  /** As many bytes as were wished are written. */
  isFull(): boolean
}

function createWriter(response: ServerResponse, { timestamps, limitBytes, stream }: LogOptions): Writer {
  let left = limitBytes ?? Number.POSITIVE_INFINITY
  return {
    write(lines) {
      if (left <= 0) return
      const texts = lines
        .filter(line => stream === null || line.stream === stream)
        .map(line => (timestamps ? `${stampOf(line.time)} ${line.text()}\n` : `${line.text()}\n`))
      if (texts.length === 0) return
      const bytes = Buffer.from(texts.join(''))
      const part = bytes.length > left ? bytes.subarray(0, left) : bytes
      left -= part.length
      response.write(part)
    },
    isFull: () => left <= 0,
  }
}

/** Nanoseconds, as kubelet writes them; our clock knows microseconds. */
function stampOf(time: number): string {
  const micros = Math.floor((time - Math.floor(time)) * 1000)
  return `${new Date(Math.floor(time)).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}000Z`
}
