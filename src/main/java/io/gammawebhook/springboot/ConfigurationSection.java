package io.gammawebhook.springboot;

/**
 * A part of the configuration in which every property has to be known, and which is bound to a
 * record. A bean of this type has its section checked at the start with all others.
 *
 * @param prefix the name before its properties
 * @param type the record that they are bound to
 */
public record ConfigurationSection(String prefix, Class<? extends Record> type) {}
