// Where a push subscription calls a function: the front door of the functions host, in the form from which the functions
// framework tells the topic.

/** `base`: `http://127.0.0.1:PORT`. */
export function pushEndpoint(
  base: string,
  project: string,
  functionName: string,
  topic: string,
): string {
  const name = `projects/${project}/topics/${topic}`
  const mode = `CUSTOM_PUBSUB_${encodeURIComponent(name)}`
  return `${base}/push/${functionName}/${name}?__GCP_CloudEventsMode=${mode}`
}
