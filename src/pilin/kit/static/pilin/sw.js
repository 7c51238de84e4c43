// Served as /sw.js. Pages come from the network whenever there is one; else as they were last seen.
"use strict";
const PAGES = "pilin-pages";
const PARTS = "pilin-parts";
const MOST = 40; // pages kept
const PATIENCE = 6000; // milliseconds to wait for a page that is at hand

async function keep(request, response) {
  const type = response.headers.get("Content-Type") || "";
  const control = response.headers.get("Cache-Control") || "";
  if (!response.ok || response.redirected || !type.startsWith("text/html") || control.includes("no-store")) return;
  const pages = await caches.open(PAGES);
  await pages.delete(request);
  await pages.put(request, response);
  const all = await pages.keys();
  await Promise.all(all.slice(0, Math.max(0, all.length - MOST)).map((old) => pages.delete(old)));
}

async function page(event) {
  const pages = await caches.open(PAGES);
  const there = await pages.match(event.request, { ignoreVary: true });
  const stop = new AbortController();
  const timer = there && setTimeout(() => stop.abort(), PATIENCE);
  try {
    const response = await fetch(event.request, { signal: stop.signal });
    event.waitUntil(keep(event.request, response.clone()));
    return response;
  } catch (error) {
    const found = there || await caches.match("/offline/", { ignoreVary: true });
    if (found) return found;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function part(request) {
  const parts = await caches.open(PARTS);
  try {
    const response = await fetch(request);
    if (response.ok) await parts.put(request, response.clone());
    return response;
  } catch (error) {
    const found = await parts.match(request);
    if (found) return found;
    throw error;
  }
}

addEventListener("install", (event) => {
  event.waitUntil(caches.open(PAGES).then((pages) => pages.add("/offline/")).then(() => skipWaiting()));
});
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (url.pathname.startsWith("/static/")) event.respondWith(part(request));
});
addEventListener("push", (event) => {
  const said = event.data ? event.data.json() : {};
  event.waitUntil(registration.showNotification(said.title || "毗邻", {
    body: said.body || "", data: { url: said.url || "/bell/" }, tag: said.url,
  }));
});
addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow(event.notification.data.url));
});
