// Where Pub/Sub pushes the messages of a topic to a function. The path names the topic in the form that the functions
// framework reads it from.

/** `base`: what the endpoints of all functions begin with. */
export function pushEndpoint(
  base: string,
  project: string,
  functionName: string,
  topic: string,
): string {
  const name = `projects/${project}/topics/${topic}`
  const mode = `CUSTOM_PUBSUB_${encodeURIComponent(name)}`
  return `${base.replace(/\/+$/, '')}/push/${functionName}/${name}?__GCP_CloudEventsMode=${mode}`
}
