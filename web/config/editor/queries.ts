import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { paramsOfRef } from '#shared/config/address.ts'
import { analyzeChange, applyChange, readArrival, readInventory, readRights, readSchema } from '#shared/config/api.ts'
import { groupOf, type Json, keyOf, type ObjectRef } from '#shared/mesh/object.ts'
import { call, CallError } from '#web/api/call.ts'
import { type ApplyBody, bodyOf, type Wanted, type Taken } from './change.ts'

export const schemaQuery = (apiVersion: string, kind: string) =>
  queryOptions({
    queryKey: ['config', 'schema', apiVersion, kind],
    queryFn: async ({ signal }) => {
      const group = groupOf(apiVersion)
      const version = apiVersion.slice(group === '' ? 0 : group.length + 1)
      const params = { group: group === '' ? 'core' : group, version, kind }
      const { schema } = await call(readSchema, { params }, signal)
      if (schema !== null) return schema
      throw new CallError({
        type: 'about:blank',
        title: 'No schema',
        status: 404,
        detail: `The cluster has no schema of ${kind} in ${apiVersion}.`,
      })
    },
    enabled: apiVersion !== '' && kind !== '',
    staleTime: 10 * 60_000,
  })

export const inventoryQuery = queryOptions({
  queryKey: ['config', 'inventory'],
  queryFn: ({ signal }) => call(readInventory, {}, signal),
  staleTime: 30_000,
})

export const rightsQuery = queryOptions({
  queryKey: ['config', 'rights'],
  queryFn: ({ signal }) => call(readRights, {}, signal),
  staleTime: 30_000,
})

/** What a change would bring, as it is typed; the answer of before stays until the next is there. */
export const analysisQuery = (apply: readonly Json[], remove: readonly ObjectRef[]) =>
  queryOptions({
    queryKey: ['config', 'analysis', apply, remove],
    queryFn: ({ signal }) => call(analyzeChange, { body: { apply: [...apply], delete: [...remove] } }, signal),
    enabled: apply.length + remove.length > 0,
    placeholderData: keepPreviousData,
    staleTime: 15_000,
    gcTime: 30_000,
  })

/** The server's dry run of a change with these fields taken. Never older than the dialog that asks. */
export const dryRunQuery = (wanted: Wanted, take: readonly Taken[]) =>
  queryOptions({
    queryKey: ['config', 'dryRun', wanted, take],
    queryFn: ({ signal }) => call(applyChange, { body: bodyOf(wanted, take, true, '') }, signal),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  })

export const applyNow = (body: ApplyBody) => call(applyChange, { body })

/** Asked until every proxy has it, for a minute. */
export const arrivalQuery = (object: ObjectRef, resourceVersion: string, until: number) =>
  queryOptions({
    queryKey: ['config', 'arrival', keyOf(object), resourceVersion],
    queryFn: ({ signal }) => call(readArrival, { params: paramsOfRef(object), query: { resourceVersion } }, signal),
    refetchInterval: ({ state }) => {
      const isThere = state.data !== undefined && (!state.data.known || state.data.arrived >= state.data.of)
      return isThere || state.dataUpdatedAt > until ? false : 1500
    },
  })
