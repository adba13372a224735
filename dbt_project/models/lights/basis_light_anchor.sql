{{ light_anchor(ref('basis_light_value')) }}
