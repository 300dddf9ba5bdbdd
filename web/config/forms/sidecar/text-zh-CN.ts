import type { Words } from '#web/config/forms/form.ts'
import { zhCNFormNetworking } from '#web/config/forms/networking/text/zh-CN.ts'
import type { Texts } from './text-en.ts'

const words = (label: string, help: string): Words => ({ label, help })

const sidecar: Texts['sidecar'] = {
  workloads: words('应用于', '本命名空间中带有全部这些标签的 Pod；不填则为整个命名空间，若在根命名空间则为整个网格。'),
  egress: words('可以调用', '代理所知的服务；此处未写的视为未知。'),
  egressTitle: which => `可以调用 ${which}`,
  ownNamespace: words('本命名空间', '本命名空间与 istio-system 的所有服务。'),
  listener: words('监听器', '另一组主机，可带自己的端口。'),
  hosts: words('主机', '命名空间/主机：./* 为本命名空间，*/* 为整个网格，~/* 为无。'),
  egressBind: words('地址', '代理为这些主机监听的 IP 地址或 Unix 套接字。'),
  ingressBind: words('地址', '代理为此端口监听的 IP 地址。'),
  port: words('端口', '代理监听的端口。'),
  protocol: words('协议', '代理如何解读流量。'),
  portName: words('端口名称', '小写字母、数字和连字符。'),
  captureMode: words('捕获方式', '流量如何到达代理。'),
  captureDefault: words('DEFAULT', '与 Pod 的设置一致。'),
  captureIptables: words('IPTABLES', '通过重定向，应用无需改动。'),
  captureNone: words('NONE', '由应用自己调用代理。'),
  outbound: words('未知目标', '如何处理对网格未知主机的调用。'),
  asTheMesh: words('未指定', '沿用 meshConfig.outboundTrafficPolicy。'),
  allowAny: words('ALLOW_ANY', '放行。'),
  registryOnly: words('REGISTRY_ONLY', '拒绝。'),
  egressProxy: words('经由出口代理', '对未知主机的调用先发往何处。'),
  proxyHost: words('主机', '出口代理的 Service 全名。'),
  proxyPort: words('端口', '该 Service 的端口。'),
  proxySubset: words('子集', '它的某个子集。'),
  ingress: words('如何被调用', '代理在工作负载之前打开的端口；不填则与 Service 一致。'),
  ingressTitle: which => `在 ${which} 被调用`,
  addIngress: words('端口', '再打开一个端口。'),
  defaultEndpoint: words('发往', '工作负载的监听位置：127.0.0.1:8080；0.0.0.0:8080 为 Pod 自身地址；或 unix:///路径。'),
  tls: words('TLS', '用于来自网格之外的调用方：代理出示自己的证书。'),
  simple: words('TLS', '代理出示证书。'),
  serverCertificate: words('证书文件', '位于代理容器的文件系统中。'),
  privateKey: words('私钥文件', '位于代理容器的文件系统中。'),
  caCertificates: words('CA 文件', '接受由其签发的调用方证书。'),
  caCrl: words('吊销列表', '列出不再接受的证书的文件。'),
  pairTitle: number => `证书对 ${number}`,
  portPool: words('此端口的连接', '此端口接受的数量；取代下方的总体设置。'),
  pool: words('接受的连接', '工作负载最多接受多少连接与请求。'),
  noNamespace: '主机须写在命名空间之后：./cart、shop/*。',
  noHost: '应写作 命名空间/主机：./*、shop/cart.shop.svc.cluster.local、*/*.example.com。',
  noBind: '需要 IP 地址或 unix:///路径。',
  noEndpoint: '需要 127.0.0.1:端口、0.0.0.0:端口、[::1]:端口、[::]:端口 或 unix:///路径。',
}
export const zhCN: Texts = { ...zhCNFormNetworking, sidecar }
