// Where a kubeconfig points: for whoever runs Kindling against a cluster of their own. The only importer of
// @kubernetes/client-node, loaded when it is asked for; it knows the forms that kubeconfigs and their logins take.
import { CallError } from '../call-error.ts'
import type { KubernetesEndpoint } from './kubernetes-connection.ts'

export interface KubeconfigChoice {
  /** The file; without one, what kubectl would use: KUBECONFIG, the home directory's, or the pod's own account. */
  readonly file?: string | undefined
  readonly context?: string | undefined
}

/** What client-node fills in of a request's options. */
interface RequestOptions {
  ca?: string | Buffer
  cert?: string | Buffer
  key?: string | Buffer
  servername?: string
  rejectUnauthorized?: boolean
  auth?: string
  headers?: Record<string, unknown>
}

/** Throws `invalid` when the file cannot be read, when there is no such context, or when it turns certificate checks off for another machine. */
export async function endpointOf({ file, context }: KubeconfigChoice): Promise<KubernetesEndpoint> {
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  try {
    if (file === undefined) config.loadFromDefault()
    else config.loadFromFile(file)
  } catch (error) {
    // The parser shows the place in lines of its own.
    const [what = ''] = String(error instanceof Error ? error.message : error).split('\n')
    throw new CallError('invalid', `kubeconfig ${file ?? 'of kubectl'}: ${what}`)
  }
  if (context !== undefined) config.setCurrentContext(context)
  const cluster = config.getCurrentCluster()
  const where = `kubeconfig ${file ?? 'of kubectl'}, context ${config.getCurrentContext()}`
  if (!cluster) throw new CallError('invalid', `${where}: there is no such context or cluster`)

  /** Certificates, and a login that may be asked for anew each time. */
  const options = async (): Promise<RequestOptions> => {
    const filled: RequestOptions = {}
    await config.applyToHTTPSOptions(filled)
    return filled
  }
  const { ca, cert, key, servername, rejectUnauthorized } = await options()
  const secure = cluster.server.startsWith('https:')
  if (secure && rejectUnauthorized === false) {
    throw new CallError(
      'invalid',
      `${where}: insecure-skip-tls-verify is not supported; name the certificate authority`,
    )
  }
  return {
    server: cluster.server,
    tls: {
      ca: ca?.toString(),
      cert: cert?.toString(),
      key: key?.toString(),
      serverName: servername,
    },
    token: async () => {
      const { headers = {} } = await options()
      const { Authorization: given } = headers
      const [, token] = (typeof given === 'string' && /^Bearer (.+)$/.exec(given)) || []
      if (token === undefined && cert === undefined && secure) {
        throw new CallError('denied', `${where}: its user has neither a token nor a certificate`)
      }
      return token ?? ''
    },
  }
}
