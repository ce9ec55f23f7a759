//! A connection to a server that can be cut, reset, delayed or lost in silence, at a chosen message.
//!
//! A message is what one side says before the other is heard: what a client sends in one go, or as much of an answer as
//! comes in one go.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

/// Who speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speaker {
    /// The client.
    Client,
    /// The server.
    Server,
}

/// What happens to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is late.
    Delay(Duration),
    /// It is lost, and its connection is closed.
    Cut,
    /// It is lost, and its connection is reset.
    Reset,
    /// It is lost, and so is everything after it on every connection, in silence, until the cable is mended.
    BlackHole,
}

/// A fault that is to come.
#[derive(Debug)]
struct Armed {
    speaker: Speaker,
    /// How many messages come before it.
    before: usize,
    fault: Fault,
}

#[derive(Debug)]
struct State {
    armed: Mutex<Option<Armed>>,
    server: Mutex<String>,
    struck: Notify,
    /// Whether everything is lost in silence.
    is_dead: watch::Sender<bool>,
}

/// A cable between clients and a server.
#[derive(Debug, Clone)]
pub struct Cable(Arc<State>);

impl Cable {
    /// Lays one before the server of a URL; returns it with its own URL.
    ///
    /// # Panics
    ///
    /// When no port is free, or the URL names none.
    pub async fn before(url: &str) -> (Self, String) {
        let (scheme, rest) = url.split_once("://").expect("a URL");
        let (user, after) = rest.split_once('@').expect("a user");
        let (address, database) = after.split_once('/').expect("a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let cable = Self(Arc::new(State {
            armed: Mutex::new(None),
            server: Mutex::new(address.to_owned()),
            struck: Notify::new(),
            is_dead: watch::Sender::new(false),
        }));
        tokio::spawn(cable.clone().serve(listener));
        (
            cable,
            format!("{scheme}://{user}@127.0.0.1:{port}/{database}"),
        )
    }

    /// Lets something happen to one of the messages to come, counted from 0.
    ///
    /// # Panics
    ///
    /// When a connection's task panicked.
    pub fn arm(&self, speaker: Speaker, before: usize, fault: Fault) {
        let armed = Armed {
            speaker,
            before,
            fault,
        };
        *self.0.armed.lock().expect("no task panicked") = Some(armed);
    }

    /// Returns when it has happened.
    pub async fn struck(&self) {
        self.0.struck.notified().await;
    }

    /// Whether nothing has happened yet; nothing will any more.
    ///
    /// # Panics
    ///
    /// When a connection's task panicked.
    pub fn disarm(&self) -> bool {
        self.0
            .armed
            .lock()
            .expect("no task panicked")
            .take()
            .is_some()
    }

    /// Leads new connections to the server of another URL.
    ///
    /// # Panics
    ///
    /// When the URL names no address, or a connection's task panicked.
    pub fn turn_to(&self, url: &str) {
        let (_, after) = url.split_once('@').expect("a user");
        let (address, _) = after.split_once('/').expect("a database");
        address.clone_into(&mut self.0.server.lock().expect("no task panicked"));
    }

    /// Closes the connections that are lost in silence; new ones are good, and so are those that were never lost.
    pub fn mend(&self) {
        self.0.is_dead.send_replace(false);
    }

    /// Returns when everything is lost in silence.
    async fn is_lost(is_dead: &mut watch::Receiver<bool>) {
        // Without a sender there is no cable any more.
        let _ = is_dead.wait_for(|is_dead| *is_dead).await;
    }

    /// Returns when it is mended.
    async fn is_mended(is_dead: &mut watch::Receiver<bool>) {
        let _ = is_dead.wait_for(|is_dead| !*is_dead).await;
    }

    async fn serve(self, listener: TcpListener) {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(self.clone().carry(client));
        }
    }

    /// Carries one connection to its end.
    async fn carry(self, mut client: TcpStream) {
        let mut is_dead = self.0.is_dead.subscribe();
        if *is_dead.borrow() {
            return Self::is_mended(&mut is_dead).await;
        }
        let address = match self.0.server.lock() {
            Ok(server) => server.clone(),
            Err(_) => return,
        };
        let Ok(mut server) = TcpStream::connect(address).await else {
            return;
        };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let (mut asked, mut answered) = (vec![0; 64 * 1024], vec![0; 64 * 1024]);
        loop {
            let (speaker, read) = tokio::select! {
                read = client.read(&mut asked) => (Speaker::Client, read),
                read = server.read(&mut answered) => (Speaker::Server, read),
                () = Self::is_lost(&mut is_dead) => return Self::is_mended(&mut is_dead).await,
            };
            let Ok(length @ 1..) = read else {
                return;
            };
            match self.strikes(speaker) {
                None => {}
                Some(Fault::Delay(time)) => tokio::time::sleep(time).await,
                Some(Fault::Cut) => return,
                Some(Fault::Reset) => {
                    let _ = (client.set_zero_linger(), server.set_zero_linger());
                    return;
                }
                Some(Fault::BlackHole) => return Self::is_mended(&mut is_dead).await,
            }
            let written = match speaker {
                Speaker::Client => server.write_all(&asked[..length]).await,
                Speaker::Server => client.write_all(&answered[..length]).await,
            };
            if written.is_err() {
                return;
            }
        }
    }

    /// What happens to the message that this one has just said.
    fn strikes(&self, speaker: Speaker) -> Option<Fault> {
        let mut armed = self.0.armed.lock().ok()?;
        let next = armed.as_mut().filter(|armed| armed.speaker == speaker)?;
        if next.before > 0 {
            next.before -= 1;
            return None;
        }
        let fault = armed.take()?.fault;
        if fault == Fault::BlackHole {
            self.0.is_dead.send_replace(true);
        }
        self.0.struck.notify_one();
        Some(fault)
    }
}
