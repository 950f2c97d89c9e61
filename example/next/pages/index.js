export default function Home() {
  return <p>the host</p>
}
