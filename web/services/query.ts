import { queryOptions, useQuery } from '@tanstack/react-query'
import {
  type Listed,
  listServices,
  readRelated,
  readService,
  type ServiceList,
  type ServicePage,
} from '#shared/services/api.ts'
import { apply, type ServicesChange } from '#shared/services/list.ts'
import { call } from '#web/api/call.ts'
import type { LiveSubject } from '#web/api/feed.ts'
import { type Outage, outageOfError, outageOfFeed } from '#web/api/outage.ts'
import { type Scope, scopeSearch } from '#web/api/scope.ts'
import { useConnection, useLive, useLiveFeeds, useStatus } from '#web/api/use-live.ts'

/** The list as it lives: the word of its feed and how a change is applied. */
const subject: LiveSubject<ServiceList, ServicesChange> = { name: 'services', apply }

/** What is on screen and how far it can be trusted. */
export interface View<State> {
  state: State | null
  outage: Outage | null
  /** The request itself was refused: no retry will help. */
  refusal: string | null
  /** Milliseconds to add to the browser's clock to get the BFF's. */
  skew: number
  refresh: () => void
}

type Params = Record<string, string>
const said = (params: Record<string, string | undefined>): Params =>
  Object.fromEntries(Object.entries(params).filter((pair): pair is [string, string] => (pair[1] ?? '') !== ''))

export function useServices(of: Listed, scope: Scope): View<ServiceList> {
  const { ns, at, window } = scopeSearch(scope)
  const params = said({ of, namespaces: ns, at, window })
  const isLive = at === undefined
  const feeds = useLiveFeeds()
  const feed = useLive(subject, isLive ? params : null)
  const past = useQuery({
    queryKey: ['services', params],
    queryFn: ({ signal }) => call(listServices, { query: params }, signal),
    enabled: !isLive,
    staleTime: Infinity,
  })
  const connection = useConnection()
  const skew = useStatus()?.skew ?? 0
  if (!isLive) return { ...fromCall(past.error), state: past.data ?? null, skew, refresh: () => void past.refetch() }
  return {
    state: feed?.state ?? null,
    outage: outageOfFeed(feed, connection, skew),
    refusal: feed?.refusal?.detail ?? null,
    skew,
    refresh: () => feeds.refresh(subject.name, params),
  }
}

const every = 15_000

export interface Named {
  of: Listed
  namespace: string
  name: string
}

const pageQuery = (named: Named, params: Params) =>
  queryOptions({
    queryKey: ['services', 'page', named, params],
    queryFn: ({ signal }) => call(readService, { params: { ...named }, query: params }, signal),
    staleTime: params['at'] === undefined ? every / 2 : Infinity,
    refetchInterval: params['at'] === undefined ? every : false,
  })

export function useServicePage(named: Named, scope: Scope): View<ServicePage> {
  const { at, window } = scopeSearch(scope)
  const { data, error, refetch } = useQuery(pageQuery(named, said({ at, window })))
  const skew = useStatus()?.skew ?? 0
  return { ...fromCall(error), state: data ?? null, skew, refresh: () => void refetch() }
}

/** What stands behind a service, or before a workload, as the cluster tells it: null until it has. */
export function useRelated(named: Named, isWanted: boolean): readonly string[] | null {
  const { data } = useQuery({
    queryKey: ['services', 'related', named],
    queryFn: ({ signal }) => call(readRelated, { params: { ...named } }, signal),
    enabled: isWanted,
    staleTime: every,
  })
  return data?.related ?? null
}

const fromCall = (error: Error | null): { refusal: string | null; outage: Outage | null } =>
  error === null ? { refusal: null, outage: null } : outageOfError(error)
