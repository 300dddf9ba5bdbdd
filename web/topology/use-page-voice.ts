import { useTranslation } from 'react-i18next'
import type { Graph, Level } from '#shared/topology/graph.ts'
import { type Command, commandSources, type PageTrouble, pageTroubles, usePut } from '#web/ui/registry.ts'
import { lenses } from './lens.ts'
import { endsOf, fullName, nodesById } from './names.ts'
import { reasonText } from '#web/ui/reason.ts'
import type { OnSearch } from './search.ts'

const levels = ['namespace', 'service', 'workload'] as const satisfies readonly Level[]
const mostTroubles = 20
const mostNodes = 400

/** What this page lets the palette do, and what it tells the bell. */
export function usePageVoice(graph: Graph | null, onSearch: OnSearch): void {
  const { t } = useTranslation()
  const group = t($ => $.shell.search.commands)

  const source = (text: string): Command[] => {
    const words = text
      .toLowerCase()
      .split(/\s+/)
      .filter(word => word !== '')
    const nodes = (graph?.nodes ?? [])
      .filter(node => words.every(word => `${node.namespace}/${node.name}`.toLowerCase().includes(word)))
      .slice(0, mostNodes)
      .map(
        (node): Command => ({
          id: `node:${node.id}`,
          group: t($ => $.shell.search.onMap),
          label: fullName(node),
          keywords: node.name,
          hint: t($ => $.topology.kind[node.kind]),
          health: node.health,
          run: () => onSearch({ selected: node.id, idle: node.isIdle ? 'show' : undefined }, true),
        }),
      )
    const find: Command[] =
      text.trim() === ''
        ? []
        : [
            {
              id: 'find',
              group: t($ => $.topology.find.label),
              label: t($ => $.topology.command.find, { text: text.trim() }),
              keywords: text,
              icon: 'search',
              isLastResort: true,
              run: () => onSearch({ find: `name contains ${quoted(text.trim())}` }),
            },
          ]
    const choices: Command[] = [
      ...levels.map(
        (level): Command => ({
          id: `level:${level}`,
          group,
          label: t($ => $.topology.command.level, { level: t($ => $.topology.level[level]) }),
          keywords: `level ${level}`,
          icon: 'layers',
          run: () => onSearch({ level, open: undefined, selected: undefined }, true),
        }),
      ),
      ...lenses.map(
        (lens): Command => ({
          id: `lens:${lens}`,
          group,
          label: t($ => $.topology.command.lens, { lens: t($ => $.topology.lens[lens]) }),
          keywords: `lens ${lens}`,
          icon: 'topology',
          run: () => onSearch({ lens: lens === 'traffic' ? undefined : lens }, true),
        }),
      ),
      ...(['map', 'table'] as const).map(
        (view): Command => ({
          id: `view:${view}`,
          group,
          label: t($ => $.topology.command.view, { view: t($ => $.topology.view[view]) }),
          keywords: `view ${view}`,
          icon: view,
          run: () => onSearch({ view: view === 'table' ? 'table' : undefined }, true),
        }),
      ),
    ]
    return [...nodes, ...find, ...choices]
  }
  usePut(commandSources, source)

  const failing = (graph?.nodes ?? [])
    .filter(({ health }) => health === 'failing')
    .slice(0, mostTroubles)
    .map(
      (node): PageTrouble => ({
        id: node.id,
        text: t($ => $.topology.trouble.node, { name: fullName(node) }),
        health: 'failing',
        since: null,
        show: () => onSearch({ selected: node.id }, true),
      }),
    )
  const nodes = graph === null ? new Map() : nodesById(graph)
  const refused = (graph?.edges ?? [])
    .filter(edge => edge.health === 'failing' && edge.reason?.rule === 'refused')
    .slice(0, mostTroubles)
    .flatMap((edge): PageTrouble[] => {
      const ends = endsOf(edge, nodes)
      if (ends === null) return []
      const names = { source: fullName(ends.source), destination: fullName(ends.destination) }
      return [
        {
          id: edge.id,
          text: t($ => $.topology.trouble.edge, { ...names, reason: reasonText(t, edge.reason) ?? '' }),
          health: 'failing',
          since: null,
          show: () => onSearch({ selected: edge.id }, true),
        },
      ]
    })
  const partial = (graph?.partial ?? []).map(
    (text): PageTrouble => ({ id: `partial:${text}`, text, health: 'degraded', since: null }),
  )
  usePut<readonly PageTrouble[]>(pageTroubles, [...failing, ...refused, ...partial])
}

const quoted = (text: string): string => (/^[\w.*/-]+$/.test(text) ? text : JSON.stringify(text))
