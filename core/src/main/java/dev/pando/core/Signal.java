package dev.pando.core;

/// What a process is told outside its own protocol; arrives in the mailbox like a message.
public sealed interface Signal permits Down, Exit, Initialized, Notice {}
