//! A TCP proxy that counts round trips and keeps what the client said.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What went through.
#[derive(Debug, Default)]
struct Traffic {
    turns: usize,
    client_spoke_last: bool,
    said: Vec<u8>,
}

/// A proxy in front of a server.
#[derive(Debug, Clone)]
pub struct Proxy {
    port: u16,
    traffic: Arc<Mutex<Traffic>>,
}

impl Proxy {
    /// Starts one in front of the server of a URL.
    ///
    /// # Panics
    ///
    /// When no port is free, or the URL names none.
    pub async fn before(url: &str) -> (Self, String) {
        let (scheme, rest) = url.split_once("://").expect("a URL");
        let (before, after) = rest.split_once('@').expect("a user");
        let (address, database) = after.split_once('/').expect("a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let proxy = Self {
            port,
            traffic: Arc::default(),
        };
        tokio::spawn(proxy.clone().serve(listener, address.to_owned()));
        let url = format!("{scheme}://{before}@127.0.0.1:{}/{database}", proxy.port);
        (proxy, url)
    }

    /// Forgets what went through.
    ///
    /// # Panics
    ///
    /// When a forwarding task panicked.
    pub fn forget(&self) {
        let mut traffic = self.traffic.lock().expect("no task panicked");
        traffic.turns = 0;
        traffic.said.clear();
    }

    /// How often the client spoke and was answered: round trips, whatever the protocol.
    ///
    /// # Panics
    ///
    /// When a forwarding task panicked.
    pub fn round_trips(&self) -> usize {
        self.traffic.lock().expect("no task panicked").turns
    }

    /// What the client said, as far as it is text.
    ///
    /// # Panics
    ///
    /// When a forwarding task panicked.
    pub fn said(&self) -> String {
        String::from_utf8_lossy(&self.traffic.lock().expect("no task panicked").said).into_owned()
    }

    async fn serve(self, listener: TcpListener, server: String) {
        while let Ok((client, _)) = listener.accept().await {
            let Ok(server) = TcpStream::connect(&server).await else {
                return;
            };
            let _ = (client.set_nodelay(true), server.set_nodelay(true));
            let (client_read, client_write) = client.into_split();
            let (server_read, server_write) = server.into_split();
            tokio::spawn(forward(
                client_read,
                server_write,
                self.traffic.clone(),
                true,
            ));
            tokio::spawn(forward(
                server_read,
                client_write,
                self.traffic.clone(),
                false,
            ));
        }
    }
}

async fn forward(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    traffic: Arc<Mutex<Traffic>>,
    is_client: bool,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if let Ok(mut traffic) = traffic.lock() {
            if is_client {
                traffic.turns += usize::from(!traffic.client_spoke_last);
                traffic.said.extend_from_slice(&buffer[..read]);
            }
            traffic.client_spoke_last = is_client;
        }
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}
