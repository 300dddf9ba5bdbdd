/** Of an edge: how many workloads of a namespace together are its caller, as the versions of a service are. */
export const mostCallers = 20
