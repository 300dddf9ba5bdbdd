import type { en, Text } from './en.ts'
import { flags } from './zh-CN-flags.ts'
import { shell } from './zh-CN-shell.ts'
import { side } from './zh-CN-side.ts'
import { topology } from './zh-CN-topology.ts'

/** 简体中文。Kubernetes 与 Istio 的术语、对象名保持原文。 */
export const zhCN: Text<typeof en> = { shell, topology, side, flags }
