-- SPDX-License-Identifier: BSD-3-Clause
-- What smbtrail says of a capture, as a tree in the frames that it says it of.
--
--     smbtrail audit --json capture.pcap > records.json
--     tshark -X lua_script:/usr/share/smbtrail/smbtrail.lua -o smbtrail.records:records.json -r capture.pcap -Y smbtrail -O smbtrail
--
-- The records are those of `audit --json`, of `--json`, or of both in one file. Instead of a file, the preference smbtrail.capture may name the
-- capture: smbtrail (smbtrail.program) is started on it then. If both are given, only records about a capture of that name count.
-- Needs the Lua of Wireshark 3.6 or later; nothing but these preferences is ever part of a command, and that in quotes.

local smbtrail = Proto("smbtrail", "smbtrail")
local fields = {
    rule = ProtoField.string("smbtrail.rule", "Rule"),
    severity = ProtoField.string("smbtrail.severity", "Severity"),
    text = ProtoField.string("smbtrail.text", "Meaning"),
    fix = ProtoField.string("smbtrail.fix", "What to do"),
    step = ProtoField.string("smbtrail.step", "Step"),
    status = ProtoField.string("smbtrail.status", "Status"),
    why = ProtoField.string("smbtrail.why", "Why it failed"),
    connection = ProtoField.uint64("smbtrail.connection", "Connection"),
}
smbtrail.fields = { fields.rule, fields.severity, fields.text, fields.fix, fields.step, fields.status, fields.why, fields.connection }
smbtrail.prefs.records = Pref.string("Records", "", "Output of smbtrail --json or smbtrail audit --json")
smbtrail.prefs.capture = Pref.string("Capture", "", "The capture that the records are about; without records smbtrail is run on it")
smbtrail.prefs.program = Pref.string("Program", "smbtrail", "Where smbtrail is")

local DEPTH = 16 -- of values in values
local FRAME_MAX = 64 -- notes of a frame

---- JSON ----

local value

local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t" }

local function utf8_of(code)
    if code < 0x80 then return string.char(code) end
    if code < 0x800 then return string.char(0xC0 + math.floor(code / 64), 0x80 + code % 64) end
    if code < 0x10000 then
        return string.char(0xE0 + math.floor(code / 4096), 0x80 + math.floor(code / 64) % 64, 0x80 + code % 64)
    end
    return string.char(0xF0 + math.floor(code / 262144), 0x80 + math.floor(code / 4096) % 64, 0x80 + math.floor(code / 64) % 64, 0x80 + code % 64)
end

local function unescape(s)
    s = s:gsub("\\u([dD][89aAbB]%x%x)\\u([dD][c-fC-F]%x%x)", function(high, low)
        return utf8_of(0x10000 + (tonumber(high, 16) - 0xD800) * 1024 + tonumber(low, 16) - 0xDC00)
    end)
    -- From left to right, so that a backslash that is escaped escapes nothing.
    s = s:gsub("\\(.)(%x?%x?%x?%x?)", function(c, rest)
        if c == "u" and #rest == 4 then return utf8_of(tonumber(rest, 16)) end
        return (escapes[c] or c) .. rest
    end)
    return s
end

local function text(s, at)
    local from = at + 1
    while true do
        at = s:find('["\\]', at + 1) or error("a string without an end")
        if s:sub(at, at) == '"' then return unescape(s:sub(from, at - 1)), at + 1 end
        at = at + 1
    end
end

local function skip(s, at)
    return s:find("[^ \t\r\n]", at) or #s + 1
end

local function list(s, at, close, depth)
    local all, key = {}, nil
    at = skip(s, at + 1)
    while s:sub(at, at) ~= close do
        if close == "}" then
            key, at = text(s, at)
            at = skip(s, at) + 1
        else
            key = #all + 1
        end
        all[key], at = value(s, skip(s, at), depth + 1)
        at = skip(s, at)
        if s:sub(at, at) == "," then at = skip(s, at + 1) elseif s:sub(at, at) ~= close then error("no JSON") end
    end
    return all, at + 1
end

function value(s, at, depth)
    local c = s:sub(at, at)
    if depth > DEPTH then error("too deep") end
    if c == '"' then return text(s, at) end
    if c == "{" then return list(s, at, "}", depth) end
    if c == "[" then return list(s, at, "]", depth) end
    local word = s:match("^[%w%.%+%-]+", at)
    if not word then error("no JSON") end
    if word == "true" then return true, at + 4 end
    if word == "false" then return false, at + 5 end
    if word == "null" then return nil, at + 4 end
    return tonumber(word) or error("no JSON"), at + #word
end

---- Records ----

local notes -- by frame; nil: not read yet

-- Nothing of the wire reaches a terminal as it is.
local function safe(s)
    return (tostring(s):gsub("%c", function(c) return string.format("\\x%02x", c:byte()) end))
end

local function note(frame, what)
    if type(frame) ~= "number" or frame < 1 then return end
    notes[frame] = notes[frame] or {}
    if #notes[frame] < FRAME_MAX then table.insert(notes[frame], what) end
end

local function base(path)
    return path and path:match("[^/\\]*$")
end

local function is_other(record)
    local wanted = smbtrail.prefs.capture
    return wanted ~= "" and record.pcap_filename and base(record.pcap_filename) ~= base(wanted)
end

local function take(record)
    if is_other(record) then return end
    if record.event_type == "finding" then
        for _, place in ipairs(record.frames or {}) do
            if not is_other(place) then
                note(place.frame, { rule = record.rule, severity = record.severity, text = record.text, fix = record.fix, connection = place.connection })
            end
        end
    elseif record.event_type == "smb" and type(record.smb) == "table" then
        local what = { step = record.smb.step, status = record.smb.status, connection = record.connection }
        note(record.frame_request, what)
        note(record.frame_response, what)
    elseif record.event_type == "connection" and type(record.outcome) == "table" and record.outcome.why then
        note(record.outcome.frame, { why = record.outcome.why, text = record.outcome.text, connection = record.connection })
    end
end

-- For a POSIX shell: within single quotes nothing means anything but a single quote.
local function quote(s)
    return "'" .. s:gsub("'", "'\\''") .. "'"
end

local function read(from)
    for line in from:lines() do
        local ok, record = pcall(value, line, skip(line, 1), 1)
        if ok and type(record) == "table" then pcall(take, record) end
    end
    return from:close()
end

local function load()
    local prefs = smbtrail.prefs
    notes = {}
    if prefs.records ~= "" then
        local file = io.open(prefs.records, "r")
        if file then read(file) else report_failure("smbtrail: cannot open " .. safe(prefs.records)) end
    elseif prefs.capture ~= "" and not prefs.capture:find("%z") then
        local _, _, status = read(io.popen(quote(prefs.program) .. " audit --json -r " .. quote(prefs.capture) .. " 2>/dev/null", "r"))
        -- Lua 5.1 does not know it.
        if status and status ~= 0 then
            report_failure("smbtrail: " .. safe(prefs.program) .. " ended with status " .. status .. " on " .. safe(prefs.capture))
        end
    end
end

function smbtrail.prefs_changed()
    notes = nil
end

function smbtrail.dissector(buffer, pinfo, tree)
    if not notes then load() end
    for _, what in ipairs(notes[pinfo.number] or {}) do
        local branch = tree:add(smbtrail, "smbtrail: " .. safe(what.rule or what.why or what.step))
        for _, key in ipairs({ "rule", "severity", "step", "status", "why", "text", "fix" }) do
            if what[key] then branch:add(fields[key], safe(what[key])) end
        end
        if type(what.connection) == "number" then branch:add(fields.connection, UInt64(what.connection)) end
    end
end

register_postdissector(smbtrail)
