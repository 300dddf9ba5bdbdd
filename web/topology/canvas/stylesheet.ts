import type cytoscape from 'cytoscape'
import type { Health } from '#shared/mesh/health.ts'
import type { NodeKind, Protocol } from '#shared/topology/graph.ts'
import type { Dash, Icon, Tone } from '#web/topology/elements.ts'
import { iconUri } from './icon-uri.ts'
import type { Palette } from './palette.ts'
import { dashes, shapes, widths } from './shapes.ts'

/** What a cytoscape element carries. Geometry beside it, so that a new rate does not touch a curve. */
export interface NodeData {
  id: string
  kind: NodeKind
  health: Health
  icon: Icon
  split: number | null
}

export interface EdgeData {
  id: string
  source: string
  target: string
  protocol: Protocol
  tone: Tone
  step: number
  isGlowing: boolean
  dash: Dash | ''
  /** `16px -3px`, from the centres of the ends. */
  fromDoor: string
  toDoor: string
  weights: string
  distances: string
}

const kinds = Object.keys(shapes) as NodeKind[]
const tones: Tone[] = ['http', 'grpc', 'tcp', 'quiet', 'unknown', 'opened', 'degraded', 'failing']
const arrows: Record<Protocol, 'triangle' | 'vee' | 'square'> = { http: 'triangle', grpc: 'vee', tcp: 'square' }

export function stylesheet(palette: Palette): cytoscape.StylesheetJson {
  return [...nodeRules(palette), ...edgeRules(palette), ...stateRules(palette)]
}

function nodeRules(palette: Palette): cytoscape.StylesheetJsonBlock[] {
  const body = (kind: NodeKind) => (kind === 'external' ? palette.inset : palette.surface)
  return [
    {
      selector: 'node',
      style: {
        'background-color': palette.surface,
        'border-color': palette.rim,
        'border-width': 1.25,
        'background-image': (node: cytoscape.NodeSingular) => iconUri(palette, node.data() as NodeData),
        'background-width': '52px',
        'background-height': '40px',
        'background-clip': 'none',
        'background-image-containment': 'over',
        'overlay-opacity': 0,
        'underlay-shape': 'round-rectangle',
      },
    },
    ...kinds.map((kind): cytoscape.StylesheetJsonBlock => {
      const shape = shapes[kind]
      return {
        selector: `node[kind = "${kind}"]`,
        style: {
          shape: shape.name,
          width: shape.width,
          height: shape.height,
          'background-color': body(kind),
          ...(shape.radius === undefined ? {} : { 'corner-radius': String(shape.radius) }),
          ...(shape.points ? { 'shape-polygon-points': shape.points } : {}),
          ...(kind === 'outside' ? { 'border-style': 'dashed', 'border-dash-pattern': [3, 2.5] } : {}),
        },
      }
    }),
    ...(['degraded', 'failing'] as const).map(
      (health): cytoscape.StylesheetJsonBlock => ({
        selector: `node[health = "${health}"]`,
        style: {
          'background-color': palette.soft[health],
          'border-color': palette.mark[health],
          'border-width': health === 'failing' ? 2 : 1.75,
        },
      }),
    ),
  ]
}

function edgeRules(palette: Palette): cytoscape.StylesheetJsonBlock[] {
  return [
    {
      selector: 'edge',
      // The types of cytoscape do not know `endpoints` yet; its documentation and code do.
      style: {
        'curve-style': 'straight',
        'edge-distances': 'endpoints' as 'intersection',
        'source-endpoint': 'data(fromDoor)',
        'target-endpoint': 'data(toDoor)',
        'line-cap': 'butt',
        'arrow-scale': 0.9,
        'overlay-opacity': 0,
        'underlay-opacity': 0,
        'z-index': 1,
      },
    },
    {
      selector: 'edge[weights != ""]',
      style: {
        'curve-style': 'unbundled-bezier',
        'control-point-weights': 'data(weights)',
        'control-point-distances': 'data(distances)',
      } as cytoscape.Css.Edge,
    },
    ...widths.map(
      (width, step): cytoscape.StylesheetJsonBlock => ({
        selector: `edge[step = ${step}]`,
        style: { width, 'underlay-padding': (13 - width) / 2, 'arrow-scale': step === 0 ? 0.75 : 0.85 },
      }),
    ),
    ...Object.entries(arrows).map(
      ([protocol, arrow]): cytoscape.StylesheetJsonBlock => ({
        selector: `edge[protocol = "${protocol}"]`,
        style: { 'target-arrow-shape': arrow },
      }),
    ),
    ...tones.map(
      (tone, i): cytoscape.StylesheetJsonBlock => ({
        selector: `edge[tone = "${tone}"]`,
        style: { 'line-color': palette.line[tone], 'target-arrow-color': palette.line[tone], 'z-index': 1 + i },
      }),
    ),
    ...(Object.keys(dashes) as Dash[]).map(
      (dash): cytoscape.StylesheetJsonBlock => ({
        selector: `edge[dash = "${dash}"]`,
        style: { 'line-style': 'dashed', 'line-dash-pattern': [...dashes[dash]] },
      }),
    ),
    ...(['degraded', 'failing'] as const).map(
      (tone): cytoscape.StylesheetJsonBlock => ({
        selector: `edge[tone = "${tone}"][?isGlowing]`,
        style: { 'underlay-color': palette.line[tone], 'underlay-opacity': 0.18 },
      }),
    ),
  ]
}

function stateRules(palette: Palette): cytoscape.StylesheetJsonBlock[] {
  return [
    {
      selector: 'node.selected',
      style: { 'underlay-color': palette.accentLine, 'underlay-opacity': 0.5, 'underlay-padding': 6 },
    },
    { selector: 'node.selected[kind = "workload"]', style: { 'underlay-shape': 'ellipse' } },
    ...widths.map(
      (width, step): cytoscape.StylesheetJsonBlock => ({
        selector: `edge.selected[step = ${step}]`,
        style: {
          'underlay-color': palette.accentLine,
          'underlay-opacity': 0.5,
          'underlay-padding': (17 - width) / 2,
          'z-index': 20,
        },
      }),
    ),
    {
      selector: 'node.focused',
      style: { 'outline-color': palette.accent, 'outline-width': 2, 'outline-offset': 3, 'outline-style': 'solid' },
    },
    { selector: 'edge.faint', style: { opacity: 0.4, 'underlay-opacity': 0 } },
    ...widths.map(
      (width, step): cytoscape.StylesheetJsonBlock => ({
        selector: `edge.faint[step = ${step}]`,
        style: { width: Math.max(1, width * 0.6) },
      }),
    ),
    { selector: '.dim', style: { opacity: 0.35 } },
    // Glows have an opacity of their own.
    { selector: 'edge.dim[?isGlowing]', style: { 'underlay-opacity': 0.06 } },
    { selector: 'edge.faint.dim', style: { opacity: 0.12 } },
  ]
}
