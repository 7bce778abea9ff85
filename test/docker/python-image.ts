/** An image with Python that the tests' engine has: pulled from the tests' registry when this is first imported. */
import { dockerode, engine } from './test-engine.js'

export const IMAGE = `${engine.registry}/library/python:3.11-slim-bookworm`

const docker = dockerode()
await new Promise<void>((resolve, reject) => {
  void docker
    .pull(IMAGE)
    .then(
      (stream) =>
        docker.modem.followProgress(stream, (error) =>
          error ? reject(new Error(error.message)) : resolve(),
        ),
      reject,
    )
})

/** Its id. */
export const IMAGE_ID: string = (await docker.getImage(IMAGE).inspect()).Id
