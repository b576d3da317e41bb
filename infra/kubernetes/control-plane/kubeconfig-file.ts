// A kubeconfig of one identity: for the programs of a control plane, and for people's kubectl.
import { writeFile } from 'node:fs/promises'

export interface Access {
  /** `https://127.0.0.1:PORT`. */
  readonly server: string
  /** PEM of the authority that the server's certificate is of. */
  readonly ca: string
  readonly token: string
}

/** Readable by its owner alone. JSON is YAML. */
export async function writeKubeconfig(file: string, { server, ca, token }: Access): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'kindling',
    clusters: [
      {
        name: 'kindling',
        cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: [{ name: 'kindling', user: { token } }],
    contexts: [{ name: 'kindling', context: { cluster: 'kindling', user: 'kindling' } }],
  }
  await writeFile(file, JSON.stringify(config), { mode: 0o600 })
}
