/** The only door to ECharts: what the charts of this page are drawn with, and nothing else of it. */
import { HeatmapChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, MarkLineComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import { connect, type ECharts, type EChartsCoreOption, init, use as register } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

register([
  LineChart,
  ScatterChart,
  HeatmapChart,
  GridComponent,
  TooltipComponent,
  MarkLineComponent,
  VisualMapComponent,
  CanvasRenderer,
])

export type Option = EChartsCoreOption
export type Chart = ECharts
export { connect, init }
