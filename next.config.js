/** @type {import("next").NextConfig} */
export default {
  reactStrictMode: true,
  poweredByHeader: false,
  // The server process sets the security headers (server/), and compresses nothing twice.
  images: { unoptimized: true },
  // `npm test` checks types over the whole project; checking them again here would only slow the first start.
  typescript: { ignoreBuildErrors: true },
};
