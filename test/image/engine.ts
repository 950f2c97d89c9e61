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
  /** What the image has its health asked for with, and how: `CMD` and a program. */
  readonly healthCheck: readonly string[]
  /** Runs a program in it. Fails where that does. @returns what it printed */
  run(command: readonly string[]): Promise<string>
  /** Sends what the engine sends to have it end. @returns the status it ended with */
  stop(): Promise<number>
  /** What it has printed. */
  printed(): Promise<string>
  /** Ends it where that is still to be done, and leaves nothing but its image. */
  remove(): Promise<void>
}

/** Reads a list that an engine printed, of whatever it knows. */
export const words = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

export const buildArgs = (args: Readonly<Record<string, string>>): string[] =>
  Object.entries(args).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`])
