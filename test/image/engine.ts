/** What builds and runs images, whichever program does it. */
export interface Engine {
  readonly name: string
  /** Builds the image of a folder. @param args what its `ARG` are */
  build(folder: string, tag: string, args: Readonly<Record<string, string>>): Promise<void>
  /** Starts the image, as its own user. @param args in place of its `CMD` */
  start(tag: string, port: number, args: readonly string[]): Promise<Container>
  /** The port of this machine that stands for the one of the image. */
  portFor(port: number): Promise<number>
  removeImage(tag: string): Promise<void>
}

/** An image that runs. */
export interface Container {
  /** What the image says of itself. */
  readonly config: ImageConfig
  /** Runs a program in it. Fails where that does. @returns what it printed */
  run(command: readonly string[]): Promise<string>
  /** Sends what the engine sends to have it end. @returns the status it ended with */
  stop(): Promise<number>
  /** What it has printed. */
  printed(): Promise<string>
  /** Ends it where that is still to be done, and leaves nothing but its image. */
  remove(): Promise<void>
}

export interface ImageConfig {
  readonly User: string
  readonly Entrypoint: readonly string[]
  readonly Cmd: readonly string[]
  readonly Healthcheck: { readonly Test: readonly string[] }
}

const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

/** @param config what an engine knows of an image */
export function imageConfig(config: unknown): ImageConfig {
  const { User, Entrypoint, Cmd, Healthcheck } = Object(config)
  return {
    User: String(User ?? ''),
    Entrypoint: list(Entrypoint),
    Cmd: list(Cmd),
    Healthcheck: { Test: list(Object(Healthcheck).Test) },
  }
}

export const buildArgs = (args: Readonly<Record<string, string>>): string[] =>
  Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`])
