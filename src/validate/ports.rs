//! The ports of a switch: what its profile has, and what its breakouts make
//! of them.

use super::field::Field;
use super::object::Object;
use crate::order::Map;

/// The ports of one switch.
#[derive(Clone, Copy)]
pub(super) struct Ports<'a> {
    /// The spec of the Switch.
    switch: Field<'a>,
    /// The spec of its SwitchProfile.
    profile: Field<'a>,
}

/// What a port is.
#[derive(Clone, Copy)]
pub(super) enum Port<'a> {
    /// For management only.
    Management,
    /// Its speed is set for its whole group.
    Grouped {
        /// The port profile of the group.
        port_profile: Field<'a>,
    },
    /// It has a speed.
    Direct {
        /// Its port profile.
        port_profile: Field<'a>,
    },
    /// It can be broken out into lanes.
    Breakout {
        /// Its port profile.
        port_profile: Field<'a>,
    },
}

impl<'a> Ports<'a> {
    /// Puts a switch and its profile together.
    pub fn new(switch: Field<'a>, profile: Field<'a>) -> Ports<'a> {
        Ports { switch, profile }
    }

    /// Returns a port of the profile.
    pub fn entry(self, name: &str) -> Option<Field<'a>> {
        self.profile.at("ports").entry(name)
    }

    /// Returns a port group of the profile.
    pub fn group(self, name: &str) -> Option<Field<'a>> {
        self.profile.at("portGroups").entry(name)
    }

    /// Returns a port profile.
    pub fn port_profile(self, name: &str) -> Option<Field<'a>> {
        if name.is_empty() { None } else { self.profile.at("portProfiles").entry(name) }
    }

    /// Says what a port of the profile is. None if the profile contradicts
    /// itself.
    pub fn kind(self, port: Field<'a>) -> Option<Port<'a>> {
        if port.at("management").flag() {
            return Some(Port::Management);
        }
        if !port.at("group").is_empty_text() {
            let group = self.group(port.at("group").text())?;
            let port_profile = self.port_profile(group.at("profile").text())?;
            return Some(Port::Grouped { port_profile });
        }
        let port_profile = self.port_profile(port.at("profile").text())?;
        match (port_profile.at("speed").is_there(), port_profile.at("breakout").is_there()) {
            (true, false) => Some(Port::Direct { port_profile }),
            (false, true) => Some(Port::Breakout { port_profile }),
            _ => None,
        }
    }

    /// Returns the breakout mode of a port: the switch's own, else the
    /// profile's.
    fn mode(self, name: &str, port_profile: Field<'a>) -> &'a str {
        let own = self.switch.at("portBreakouts").entry(name).map(Field::text);
        own.filter(|mode| !mode.is_empty()).unwrap_or(port_profile.at("breakout").at("default").text())
    }

    /// Returns the number of lanes of a breakout port. None if its mode is not
    /// supported.
    pub fn lanes(self, name: &str, port_profile: Field<'a>) -> Option<usize> {
        let mode = port_profile.at("breakout").at("supported").entry(self.mode(name, port_profile))?;
        Some(mode.at("offsets").count()).filter(|&lanes| lanes > 0)
    }

    /// Returns a port whose kind or lanes cannot be worked out.
    ///
    /// A profile says once for all whether its own ports can; then only the
    /// breakouts of the switch are left to look at.
    pub fn unresolved(self, profile: &Object) -> Option<(&'a str, Field<'a>)> {
        if !profile.ports_resolve() {
            return self.first_unresolved();
        }
        self.switch.at("portBreakouts").entries().find_map(|(name, _)| {
            let port = self.profile.at("ports").entry(name)?;
            self.is_unresolved(name, port).then_some((name, port))
        })
    }

    /// Looks at all ports.
    pub fn first_unresolved(self) -> Option<(&'a str, Field<'a>)> {
        self.profile.at("ports").entries().find(|&(name, port)| self.is_unresolved(name, port))
    }

    fn is_unresolved(self, name: &str, port: Field<'a>) -> bool {
        match self.kind(port) {
            None => true,
            Some(Port::Breakout { port_profile }) => self.lanes(name, port_profile).is_none(),
            Some(_) => false,
        }
    }

    /// Says whether a connection can name the port. A broken-out port is named
    /// by lane; the name without one is that of the first lane.
    pub fn has(self, name: &str) -> bool {
        self.entry(name).is_some() || self.lane(name).is_some()
    }

    /// Returns the port profile and the port of a lane.
    pub fn lane(self, name: &str) -> Option<Field<'a>> {
        let (base, lane) = name.rsplit_once('/')?;
        let Some(Port::Breakout { port_profile }) = self.kind(self.entry(base)?) else { return None };
        let lanes = self.lanes(base, port_profile)?;
        (1..=lanes).any(|number| number.to_string() == lane).then_some(port_profile)
    }

    /// Returns the number of ports after breakouts, all together and by
    /// pipeline.
    pub fn counts(self) -> (usize, Map<&'a str, usize>) {
        let mut all = 0;
        let mut pipelines: Map<&str, usize> = Map::new();
        for (name, port) in self.profile.at("ports").entries() {
            let count = match self.kind(port) {
                Some(Port::Breakout { port_profile }) => self.lanes(name, port_profile).unwrap_or(1),
                Some(Port::Management) => continue,
                _ => 1,
            };
            all += count;
            let pipeline = port.at("pipeline");
            if !pipeline.is_empty_text() {
                *pipelines.entry(pipeline.text()).or_default() += count;
            }
        }
        (all, pipelines)
    }
}
